//! Words of a package: what stands in its folders, and forms that a lawyer fills in and signs.

use xinju_model::package::Package;

pub(super) const CUSTODY: &str = "Who asked for this package, who approved it, and when it was begun, as the ledger has it. The seal that ended the\nbuilding is in seal/seal.entry.json; who fetched the package later is in the ledger of the archive that made it.\n谁申请、谁审批、何时开始制作。封存记录见 seal/seal.entry.json。";
pub(super) const ENVIRONMENT: &str = "system.json is the state of the archive when the package was asked for: program, version, health, clock. What was set\nbetween the arrival of the first record and that moment is in config-changes.jsonl; of changes of roles and users only who made them and when.\nsystem.json 为申请时系统环境；config-changes.jsonl 为期间的设置变更。";
pub(super) const AUDIT: &str = "Who read or found messages of these conversations before the package was asked for. `records` names those that are in\nthis package; what else was read in the same act is not shown.\n申请之前查阅过这些会话的人员记录；同一操作中涉及的其他内容不予显示。";
pub(super) const CONSENT: &str = "consent.json lists the messages of these conversations by which the channel says that somebody agreed to archiving, or did not;\nit says so where there are none. Notices, and consent that was given in another way, are not in the archive: whoever hands the\npackage over adds them on paper or as a file beside it.\nconsent.json 列出这些会话中渠道告知的同意或不同意存档的消息，没有时会写明。告知以及以其他方式作出的同意，由提交人另行提供。\n";
pub(super) const EXCHANGE: &str = "Renderings of the records for programs of other trades. They were made from the records and prove nothing by themselves:\neach row names its record under data/records and the SHA-256 of the original that it renders. What is withheld there is withheld here.\n供其他软件使用的转换件，由记录生成，本身不构成证明；每行注明对应的记录与原始文件的 SHA-256，遮蔽内容同样不显示。\n";
pub(super) const PKI: &str = "The certificates of the seal and of its timestamps stand inside seal/. They come from the package itself: compare their\nfingerprints with ones that you have from elsewhere.\n印章与时间戳的证书在 seal/ 内；请与从其他途径取得的指纹核对。\n";

/// What the forms are filled with.
pub(super) struct Facts<'a> {
    pub(super) package: &'a Package,
    pub(super) log: &'a str,
    pub(super) key: String,
    pub(super) size: u64,
    pub(super) records: usize,
    pub(super) withheld: u32,
    pub(super) version: &'a str,
}

/// A text, or a line to write on.
fn or_blank(text: &str) -> &str {
    if text.is_empty() { "____________________" } else { text }
}

/// The forms of `legal/`. They are drafts: a lawyer decides whether they fit.
pub(super) fn law(facts: &Facts<'_>) -> Vec<(String, Vec<u8>)> {
    let mut forms = vec![
        ("legal/民事证据说明.txt".into(), statement(facts).into_bytes()),
        ("legal/FRE-902-13-14-certificate.txt".into(), certificate(facts).into_bytes()),
    ];
    if facts.package.wanted.forum.abroad {
        forms.push(("legal/跨境提供说明.txt".into(), abroad(facts).into_bytes()));
        forms.push(("legal/cross-border-note.txt".into(), abroad_in_english(facts).into_bytes()));
    }
    forms
}

fn statement(facts: &Facts<'_>) -> String {
    let Facts { package, log, key, size, records, withheld, version } = facts;
    let forum = &package.wanted.forum;
    format!(
        "电子数据证据说明（草稿，由代理人审核、填写并签署）\n\n\
         一、证据名称：电子数据证据包 {number}\n\
         二、提交法院或机构：{forum}\n\
         三、证明目的：{purpose}\n\
         四、内容：共 {records} 条存档记录，其中 {withheld} 条有部分内容遮蔽，理由见 data/redactions.json。\n\
         五、来源：记录由存档系统接收时的原始字节构成；每条记录的来源、到达时间见 data/completeness/source-ledger.csv。\n\
         六、形成与保存：记录到达即写入账本（RFC 6962 默克尔树），账本名称 {log}，公钥指纹 {key}；本包依据含 {size} 条的签名检查点。\n\
         七、提取：{at} 由 {who} 申请，系统 xinju {version} 自动生成，经过见 data/custody。\n\
         八、系统环境：见 data/environment（《最高人民法院关于民事诉讼证据的若干规定》第九十三条）。\n\
         九、核验：见 验证说明.txt，使用公开工具即可核验，无需本系统。\n\
         十、未能证明的事项：发送者账号由何人实际操作；渠道方在本系统接收之前的处理；时间以外部时间戳为准者除外，均为系统时钟。\n\n\
         提交人（签名）：____________________    日期：____________________\n\
         见证人（签名）：____________________    日期：____________________\n",
        number = package.number,
        forum = or_blank(&forum.name),
        purpose = or_blank(&package.wanted.purpose),
        at = package.asked_at,
        who = package.asked_by_name,
    )
}

fn certificate(facts: &Facts<'_>) -> String {
    let Facts { package, log, key, size, records, withheld, version } = facts;
    format!(
        "CERTIFICATE UNDER FEDERAL RULES OF EVIDENCE 902(11), 902(13) AND 902(14)\n(a draft, to be reviewed, completed and signed by a qualified person)\n\n\
         1. I am ____________________, and my position is ____________________. I am familiar with the system that kept the records in the package {number}.\n\
         2. The records were received and kept by an electronic process (xinju {version}) that writes each record, as received, into an append-only log \
         ({log}; SHA-256 of its key: {key}). The package leads to a signed head of that log over {size} entries.\n\
         3. The package holds {records} records; parts of {withheld} are withheld for the reasons stated in data/redactions.json.\n\
         4. The copies were made on {at} at the request of {who}, and are identified by the digests in manifest-sha256.txt and manifest-sha512.txt, \
         which were checked by me with the commands in VERIFY.txt on ____________________.\n\
         5. The process produces an accurate result. The state of the system is described in data/environment.\n\n\
         I declare under penalty of perjury under the laws of the United States of America that the foregoing is true and correct (28 U.S.C. 1746).\n\n\
         Signature: ____________________    Date: ____________________\n",
        number = package.number,
        at = package.asked_at,
        who = package.asked_by_name,
    )
}

fn abroad(facts: &Facts<'_>) -> String {
    let Facts { package, records, withheld, .. } = facts;
    let forum = &package.wanted.forum;
    format!(
        "向境外提供说明（草稿，由代理人审核、填写并签署）\n\n\
         一、证据包：{number}，共 {records} 条记录，其中 {withheld} 条有部分内容遮蔽。\n\
         二、境外接收方：{forum}；实际收件人：{recipient}\n\
         三、用途：{purpose}\n\
         四、批准：{approval}（依《中华人民共和国个人信息保护法》第四十一条、《中华人民共和国数据安全法》第三十六条，\
         非经主管机关批准，不得向外国司法或者执法机构提供存储于境内的个人信息和数据）。批准文号由申请人填报，本系统未作核验。\n\
         五、批准机关及日期：____________________\n\
         六、批准所附条件：____________________\n\
         七、个人信息出境的合法性基础及单独同意（第三十九条），或不适用的理由：____________________\n\
         八、是否含重要数据、国家秘密或商业秘密，经何人审查：____________________\n\
         九、传输方式与收件确认：____________________\n\n\
         提供人（签名）：____________________    日期：____________________\n",
        number = package.number,
        forum = or_blank(&forum.name),
        recipient = or_blank(&package.wanted.recipient),
        purpose = or_blank(&package.wanted.purpose),
        approval = or_blank(&forum.approval_number),
    )
}

fn abroad_in_english(facts: &Facts<'_>) -> String {
    let Facts { package, records, withheld, .. } = facts;
    let forum = &package.wanted.forum;
    format!(
        "NOTE ON HANDING EVIDENCE OUT OF MAINLAND CHINA\n(a draft, to be reviewed, completed and signed)\n\n\
         1. The package {number} holds {records} records; parts of {withheld} are withheld.\n\
         2. Receiving forum: {forum}. Recipient: {recipient}\n\
         3. Purpose: {purpose}\n\
         4. Approval of the authorities: {approval}. Under article 41 of the Personal Information Protection Law and article 36 of the Data \
         Security Law of the PRC, personal information and data kept in mainland China are not given to foreign judicial or law enforcement \
         bodies without it. The number was stated by who asked for the package; the archive did not check it.\n\
         5. Approving authority and date: ____________________\n\
         6. Conditions of the approval: ____________________\n\
         7. Basis for sending personal information abroad and separate consent (article 39), or why neither is needed: ____________________\n\
         8. Whether there are important data, state or trade secrets in it, and who examined that: ____________________\n\
         9. How it is sent, and confirmation of receipt: ____________________\n\n\
         Signature: ____________________    Date: ____________________\n",
        number = package.number,
        forum = or_blank(&forum.name),
        recipient = or_blank(&package.wanted.recipient),
        purpose = or_blank(&package.wanted.purpose),
        approval = or_blank(&forum.approval_number),
    )
}
