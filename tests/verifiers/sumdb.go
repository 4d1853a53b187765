// Command sumdb checks the files that verify_proofs.py checks, with the packages that Go checks its own modules with
// (golang.org/x/mod/sumdb). It needs no download where those packages are installed:
//
//	GO111MODULE=off GOPATH=/usr/share/gocode go run sumdb.go DIR
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

var passed, failed int

// accepts wants no error, refuses wants one.
func accepts(name string, err error) { count(name, err == nil, err) }
func refuses(name string, err error) { count(name+": refused, as it must be", err != nil, "accepted") }

func count(name string, good bool, why any) {
	if good {
		passed++
		fmt.Println("ok  ", name)
	} else {
		failed++
		fmt.Println("FAIL", name, why)
	}
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	return value
}

func read(parts ...string) string { return string(must(os.ReadFile(filepath.Join(parts...)))) }

func hash(line string) tlog.Hash { return must(tlog.ParseHash(line)) }

func bent(hash tlog.Hash) tlog.Hash {
	hash[0] ^= 1
	return hash
}

// open checks the signature of a checkpoint; its body is origin, size and root (C2SP tlog-checkpoint).
func open(text string, verifier note.Verifier) (tlog.Tree, error) {
	opened, err := note.Open([]byte(text), note.VerifierList(verifier))
	if err != nil {
		return tlog.Tree{}, err
	}
	lines := strings.Split(opened.Text, "\n")
	size := must(strconv.ParseInt(lines[1], 10, 64))
	return tlog.Tree{N: size, Hash: hash(lines[2])}, nil
}

func record(file string, verifier note.Verifier) {
	name := strings.TrimSuffix(filepath.Base(file), ".tlog-proof")
	head, checkpoint, _ := strings.Cut(read(file), "\n\n")
	lines := strings.Split(head, "\n")
	index := must(strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64))
	var path tlog.RecordProof
	for _, line := range lines[2:] {
		path = append(path, hash(line))
	}
	var document struct{ Entry string }
	content := read(strings.TrimSuffix(file, ".tlog-proof") + ".entry.json")
	if err := json.Unmarshal([]byte(content), &document); err != nil {
		accepts(name, err)
		return
	}
	tree, err := open(checkpoint, verifier)
	accepts(name+": signature (sumdb/note)", err)
	leaf := tlog.RecordHash([]byte(document.Entry))
	check := func(index int64, root, leaf tlog.Hash) error { return tlog.CheckRecord(path, tree.N, root, index, leaf) }
	accepts(fmt.Sprintf("%s: inclusion at %d of %d (sumdb/tlog)", name, index, tree.N), check(index, tree.Hash, leaf))
	refuses(name+": the place after it", check(index+1, tree.Hash, leaf))
	refuses(name+": another root", check(index, bent(tree.Hash), leaf))
	refuses(name+": another leaf", check(index, tree.Hash, bent(leaf)))
}

func consistency(file string, trees map[int64]tlog.Tree) {
	sizes := regexp.MustCompile(`consistency-(\d+)-(\d+)\.txt$`).FindStringSubmatch(file)
	old, current := trees[must(strconv.ParseInt(sizes[1], 10, 64))], trees[must(strconv.ParseInt(sizes[2], 10, 64))]
	var proof tlog.TreeProof
	for _, line := range strings.Fields(read(file)) {
		must(base64.StdEncoding.DecodeString(line))
		proof = append(proof, hash(line))
	}
	name := fmt.Sprintf("consistency of %d and %d", old.N, current.N)
	accepts(name+" (sumdb/tlog)", tlog.CheckTree(proof, current.N, current.Hash, old.N, old.Hash))
	refuses(name+": another old root", tlog.CheckTree(proof, current.N, current.Hash, old.N, bent(old.Hash)))
	refuses(name+": another new root", tlog.CheckTree(proof, current.N, bent(current.Hash), old.N, old.Hash))
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: sumdb DIR")
		os.Exit(2)
	}
	folder := os.Args[1]
	verifier := must(note.NewVerifier(strings.TrimSpace(read(folder, "log.vkey"))))
	trees := map[int64]tlog.Tree{}
	for _, file := range append(must(filepath.Glob(filepath.Join(folder, "checkpoint.*"))), filepath.Join(folder, "checkpoint")) {
		text := read(file)
		tree, err := open(text, verifier)
		accepts(filepath.Base(file)+": signature (sumdb/note)", err)
		trees[tree.N] = tree
		_, err = open(strings.Replace(text, fmt.Sprintf("\n%d\n", tree.N), fmt.Sprintf("\n%d\n", tree.N+1), 1), verifier)
		refuses(filepath.Base(file)+": another size", err)
	}
	records := must(filepath.Glob(filepath.Join(folder, "*.tlog-proof")))
	for _, file := range records {
		record(file, verifier)
	}
	proofs := must(filepath.Glob(filepath.Join(folder, "consistency-*.txt")))
	for _, file := range proofs {
		consistency(file, trees)
	}
	if len(records) == 0 || len(proofs) == 0 {
		count("there is a proof of a record and a proof of consistency to check", false, "")
	}
	fmt.Printf("%d passed, %d failed\n", passed, failed)
	if failed > 0 {
		os.Exit(1)
	}
}
