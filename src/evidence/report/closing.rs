//! What stands behind the items: method and environment, what is not proved, how to verify.

use std::fmt::Write as _;
use std::sync::Arc;

use crate::layout::book::Section;
use crate::layout::colour::{SOFT, TINT};
use crate::layout::face::{Faces, Style};
use crate::layout::lines::lines;
use crate::layout::paper::{MARGIN, Mark, Paper, WIDTH};
use crate::layout::table::{Column, Table};

use super::cover::{heading, note};
use super::input::ReportHead;
use super::words;

const CHINESE: Style = Style::sans(9.3).leading(15.0);
const ENGLISH: Style = Style::sans(8.2).of(SOFT).leading(12.5);
const COMMAND: Style = Style::mono(6.9).leading(11.0);

/// How the data were taken, kept and put out; each statement in both languages.
const METHOD: &[(&str, &str)] = &[
    (
        "采集。数据由存档系统从渠道提供方的接口自动取得，或由具名人员导入；导入的记录在证据包中标明其来源。系统保存收到时的原始字节，不作重新编码。",
        "Collection. The archive takes the data from the provider's interface by itself, or named persons import them; imported records state their source. The bytes are kept as received and are never encoded anew.",
    ),
    (
        "账本。每条记录在写入时成为只增不改的账本（RFC 6962 默克尔树，SHA-256）中的一个条目；账本只含加盐摘要（RFC 9901），不含内容。树头以 Ed25519 签名（C2SP signed-note）。写入、落盘后才确认收到。",
        "Log. Each record becomes an entry of an append-only log (Merkle tree of RFC 6962, SHA-256) when it is written. Entries hold salted digests (RFC 9901) and no content. Tree heads are signed with Ed25519 (C2SP signed-note). Receipt is acknowledged after the data are on disk.",
    ),
    (
        "提取。证据包在固定的树头之下生成：每条记录附有通往该树头的证明、披露的字段、原始文件。查看、检索、导出与批准都作为条目记入同一账本。",
        "Extraction. The package was made under one fixed tree head: each record has a proof that leads to it, the fields that are disclosed, and its original. Viewing, searching, exporting and approving are entries of the same log.",
    ),
    (
        "密封。证据包是一个 BagIt 1.0（RFC 8493）包；tagmanifest-sha256.txt 通过清单涵盖其余全部文件，印章（CMS，另有 SM2 时亦同）签署该文件，设有时间戳机构时再加盖 RFC 3161 时间戳。",
        "Seal. The package is a bag of BagIt 1.0 (RFC 8493); through the manifests tagmanifest-sha256.txt covers every other file. The seal (CMS, and SM2 where set) signs that file, with a timestamp of RFC 3161 over it where an authority is set.",
    ),
    (
        "本报告。由程序根据证据包中的同一批字节生成，属于显示形式的转换；与原始文件不一致时，以原始文件为准。字体中没有的字符以〔U+码位〕标出。图片为缩略图，其摘要是原图的摘要。",
        "This report was made by the program from the same bytes that are in the package. It is a change of form for display; where it differs from an original, the original is decisive. A character that the typeface lacks stands as 〔U+code point〕. Pictures are thumbnails; their digests are those of the whole pictures.",
    ),
];

/// What a reader must not take this report for.
const NOT_PROVED: &[(&str, &str)] = &[
    (
        "消息在到达存档系统之前是否真实。渠道提供方不对消息签名；在记入账本之前，拥有系统管理权限的人可能写入伪造的“收到”数据。可用对方设备、提供方记录、采集日志相互印证。",
        "That a message was true before it reached the archive. The provider signs nothing; before logging, somebody with rights over the system could feed in forged data as received. Compare the other side's devices, the provider's records and the collection log.",
    ),
    (
        "没有遗漏。会话序号和来源序号能显示已存档范围内的缺口，但不能证明每条消息都到达了存档系统，也不能证明未选入本包的其他沟通不存在。",
        "That nothing is missing. Sequence numbers of conversations and of the source show gaps within what is archived; they do not prove that every message reached the archive, nor that there was no other communication than what was selected.",
    ),
    (
        "账号背后的人。姓名与账号的对应来自通讯录；由谁实际操作该账号，需要其他证据。",
        "Who used an account. Names belong to accounts by the directory; who held the device must be shown by other evidence.",
    ),
    (
        "中立性。存档系统由提供方自行运行，不是中立第三方平台。签名只证明由该密钥签署；没有外部时间戳、见证签名或锚定的时段，账本密钥的持有人可以另造一份历史。",
        "Neutrality. The archive is run by the provider and is no neutral platform. A signature shows which key signed, no more; for a time without an outside timestamp, witness or anchor, the holder of the log's key could have made another history.",
    ),
    (
        "自签证书的身份。标为“自签”的印章证书只能通过从别处取得的指纹确认其归属。",
        "Who stands behind a self-signed certificate. It can be told only by a fingerprint that was obtained elsewhere.",
    ),
    (
        "涂黑后的显示文本、缩略图和本报告的文字不是证据本身，只帮助阅读；遮蔽部分可以在以后披露，并对照同一证明核验。",
        "Renderings with words blacked out, thumbnails and the words of this report are no evidence in themselves; they help to read it. What is withheld can be disclosed later and checked against the same proof.",
    ),
    (
        "本报告不是法律意见，也不保证任何法院采信。",
        "This report is no legal advice and does not promise that any court will accept it.",
    ),
];

/// A step of the verification: words in both languages, commands.
struct Step {
    chinese: &'static str,
    english: &'static str,
    commands: &'static str,
}

const STEPS: &[Step] = &[
    Step {
        chinese: "0. 从证据包以外的渠道（合同附件、官网、公证处）取得账本公钥与印章证书的指纹，与下列命令的输出及封面逐字比对。",
        english: "0. Get the fingerprints of the log's key and of the seal's certificate from elsewhere (a contract, a website, a notary), and compare them with what these commands print and with the cover.",
        commands: "openssl pkey -pubin -in data/log/log.pub.pem -outform DER | sha256sum\n\
                   openssl cms -verify -noverify -binary -inform DER -in seal/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt -signer ../signer.pem -out /dev/null\n\
                   openssl x509 -in ../signer.pem -noout -fingerprint -sha256",
    },
    Step {
        chinese: "1. 每个文件未被改动，没有缺失；没有输出即为一致。",
        english: "1. Every file is unchanged and none is missing; no output means that all is well.",
        commands: "sha256sum -c --quiet tagmanifest-sha256.txt && sha256sum -c --quiet manifest-sha256.txt\n\
                   sha512sum -c --quiet manifest-sha512.txt",
    },
    Step {
        chinese: "2. 由谁盖章。证书由认证机构签发时，以从别处取得的根证书代替 ../seal.pem。",
        english: "2. Who sealed it. With a certificate of an authority put its root, from elsewhere, in place of ../seal.pem.",
        commands: "openssl pkcs7 -inform DER -in seal/tagmanifest-sha256.txt.p7s -print_certs -out ../seal.pem\n\
                   openssl cms -verify -binary -cades -inform DER -in seal/tagmanifest-sha256.txt.p7s -content tagmanifest-sha256.txt -CAfile ../seal.pem -purpose any -out /dev/null",
    },
    Step {
        chinese: "3. 何时盖章（有时间戳文件时）。",
        english: "3. When it was sealed, where there is a timestamp.",
        commands: "openssl ts -verify -data seal/tagmanifest-sha256.txt.p7s -in seal/tagmanifest-sha256.txt.p7s.tsr -CAfile ../tsa-root.pem",
    },
    Step {
        chinese: "4. 每条记录都在账本中，遮蔽如实。程序不到 400 行，只用 Python 自带的库，请先阅读。FINGERPRINT 为从别处取得的账本公钥指纹。",
        english: "4. Every record stands in the log, and what is withheld is withheld honestly. The program has less than 400 lines and needs Python's own library alone; read it first. FINGERPRINT is that of the log's key, from elsewhere.",
        commands: "python3 data/verify/verify.py . FINGERPRINT",
    },
];

/// The sections, in order.
pub(super) fn sections(faces: &Arc<Faces>, head: &ReportHead) -> Vec<Section> {
    vec![method(faces, head), not_proved(faces), verification(faces, head)]
}

fn statements(paper: &mut Paper, said: &[(&str, &str)]) {
    for (chinese, english) in said {
        paper.need(CHINESE.leading * 3.0);
        paper.paragraph(CHINESE, chinese);
        paper.space(1.5);
        paper.paragraph(ENGLISH, english);
        paper.space(9.0);
    }
}

const ENVIRONMENT: &[Column] =
    &[Column { width: 150.0, head: "项目\nItem" }, Column { width: 345.28, head: "情况\nState" }];

fn method(faces: &Arc<Faces>, head: &ReportHead) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    heading(&mut paper, "方法与环境说明", "Method and environment");
    statements(&mut paper, METHOD);
    let plain = Style::sans(8.5).leading(12.5);
    let mut table = Table::new(&mut paper, ENVIRONMENT);
    for (name, state) in &head.environment {
        table.row(&[vec![(plain, name.clone())], vec![(plain, state.clone())]]);
    }
    if head.environment.is_empty() {
        table.row(&[vec![(plain.of(SOFT), words::NOT_GIVEN.to_owned())]]);
    }
    Section::new("方法与环境说明 Method and environment", paper)
}

fn not_proved(faces: &Arc<Faces>) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    heading(&mut paper, "不能证明的事项", "What is not proved");
    note(
        &mut paper,
        "本证据包证明：所列记录自记入账本之时起未被改动，且在所示树头之下。它不证明下列事项。",
        "This package proves that the records in it are unchanged since they were logged, and that they stand under the tree head shown. It does not prove the following.",
    );
    let said: Vec<(String, String)> = NOT_PROVED
        .iter()
        .enumerate()
        .map(|(place, (chinese, english))| (format!("{}. {chinese}", place.saturating_add(1)), (*english).to_owned()))
        .collect();
    let said: Vec<(&str, &str)> = said.iter().map(|(chinese, english)| (&**chinese, &**english)).collect();
    statements(&mut paper, &said);
    Section::new("不能证明的事项 What is not proved", paper)
}

fn verification(faces: &Arc<Faces>, head: &ReportHead) -> Section {
    let mut paper = Paper::new(Arc::clone(faces));
    heading(&mut paper, "如何验证", "How to verify");
    note(
        &mut paper,
        "不需要制作方的任何软件。解压证据包，在 bagit.txt 所在的文件夹中打开终端；需要 openssl 3.0 以上，第 4 步另需 Python 3.9 以上。全文见包内《验证说明.txt》。",
        "No software of the maker is needed. Unpack the package and open a terminal in the folder that holds bagit.txt; openssl 3.0 or newer, and Python 3.9 or newer for step 4. The whole text is in VERIFY.txt.",
    );
    for step in STEPS {
        paper.need(80.0);
        paper.paragraph(CHINESE, step.chinese);
        paper.paragraph(ENGLISH, step.english);
        paper.space(3.0);
        commands(&mut paper, step.commands);
        paper.space(10.0);
    }
    paper.need(60.0);
    paper.paragraph(CHINESE, "用于比对的指纹（与封面相同；请勿仅以本报告为准）：");
    paper.paragraph(ENGLISH, "Fingerprints to compare (as on the cover; do not rely on this report alone):");
    let mut prints = format!("log key  {}", words::hex(&head.log.key_sha256));
    for seal in &head.seals {
        let _ = write!(prints, "\n{:<8} {}", seal.label, words::hex(&seal.sha256));
    }
    commands(&mut paper, &prints);
    Section::new("如何验证 How to verify", paper)
}

/// Lines to type, on a tinted ground.
fn commands(paper: &mut Paper, text: &str) {
    for command in text.lines() {
        for (place, line) in lines(&paper.faces, command, COMMAND, WIDTH - 36.0).iter().enumerate() {
            paper.need(COMMAND.leading);
            let y = paper.y();
            paper.mark(Mark::Area { x: MARGIN, y, width: WIDTH, height: COMMAND.leading + 0.3, colour: TINT });
            // The rest of a command that needs more than one line stands further in.
            let indent = if place == 0 { 10.0 } else { 26.0 };
            paper.line(MARGIN + indent, COMMAND, line, None);
        }
    }
}
