// Reads a session's log as any reader of C2SP tlog-tiles would, with the Go checksum database's own packages for
// notes and trees; nothing of Touchstone's.
//
//	foreign_reader FOLDER [RECEIPT...]
//
// FOLDER is an unpacked bundle. Exit status 0 when everything holds; else 1, and one line says what does not.
package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const (
	height      = 8
	cosignature = 4
)

// A witness verifies cosignature/v1 (C2SP tlog-cosignature), a key type that the note package leaves to others.
type witness struct {
	name   string
	hash   uint32
	public ed25519.PublicKey
}

func (w *witness) Name() string    { return w.name }
func (w *witness) KeyHash() uint32 { return w.hash }

func (w *witness) Verify(text, blob []byte) bool {
	if len(blob) != 8+ed25519.SignatureSize {
		return false
	}
	signed := fmt.Sprintf("cosignature/v1\ntime %d\n%s", binary.BigEndian.Uint64(blob), text)
	return ed25519.Verify(w.public, []byte(signed), blob[8:])
}

func newWitness(vkey string) (*witness, error) {
	parts := strings.SplitN(vkey, "+", 3)
	if len(parts) != 3 {
		return nil, fmt.Errorf("no key line: %s", vkey)
	}
	key, err := base64.StdEncoding.DecodeString(parts[2])
	if err != nil || len(key) != 1+ed25519.PublicKeySize || key[0] != cosignature {
		return nil, fmt.Errorf("no key of type 4: %s", vkey)
	}
	id := sha256.Sum256(append([]byte(parts[0]+"\n"), key...))
	hash := binary.BigEndian.Uint32(id[:4])
	if fmt.Sprintf("%08x", hash) != parts[1] {
		return nil, fmt.Errorf("the key id does not fit: %s", vkey)
	}
	return &witness{parts[0], hash, key[1:]}, nil
}

// A policy is C2SP tlog-policy as far as a reader needs it: the log's key and the witnesses'.
type policy struct {
	log   note.Verifier
	known note.Verifiers
}

func readPolicy(text string) (*policy, error) {
	var verifiers []note.Verifier
	for _, line := range strings.Split(text, "\n") {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "log":
			log, err := note.NewVerifier(words[1])
			if err != nil {
				return nil, err
			}
			verifiers = append([]note.Verifier{log}, verifiers...)
		case len(words) == 3 && words[0] == "witness":
			member, err := newWitness(words[2])
			if err != nil {
				return nil, err
			}
			verifiers = append(verifiers, member)
		}
	}
	if len(verifiers) == 0 {
		return nil, fmt.Errorf("policy.txt names no log")
	}
	return &policy{verifiers[0], note.VerifierList(verifiers...)}, nil
}

// A head is one checkpoint, its signatures verified.
type head struct {
	tlog.Tree
	cosigned int
}

func (p *policy) open(message []byte) (*head, error) {
	opened, err := note.Open(message, p.known)
	if err != nil {
		return nil, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != p.log.Name() {
		return nil, fmt.Errorf("no checkpoint of %s", p.log.Name())
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil {
		return nil, err
	}
	root, err := tlog.ParseHash(lines[2])
	if err != nil {
		return nil, err
	}
	found := &head{Tree: tlog.Tree{N: size, Hash: root}}
	byLog := false
	for _, signature := range opened.Sigs {
		if signature.Name == p.log.Name() && signature.Hash == p.log.KeyHash() {
			byLog = true
		} else {
			found.cosigned++
		}
	}
	if !byLog {
		return nil, fmt.Errorf("the log did not sign the checkpoint of %d", size)
	}
	return found, nil
}

// Tiles are read from the folder as tlog-tiles names them: tile/L/N, where the checksum database says tile/8/L/N.
type tiles struct {
	folder string
	read   []string
}

func (t *tiles) file(path string) ([]byte, error) {
	if !slices.Contains(t.read, path) {
		t.read = append(t.read, path)
	}
	return os.ReadFile(filepath.Join(t.folder, path))
}

func (t *tiles) Height() int                     { return height }
func (t *tiles) SaveTiles([]tlog.Tile, [][]byte) {}

func (t *tiles) ReadTiles(wanted []tlog.Tile) ([][]byte, error) {
	var found [][]byte
	for _, tile := range wanted {
		path := "tile/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/", height))
		data, err := t.file(path)
		if err != nil {
			return nil, err
		}
		found = append(found, data)
	}
	return found, nil
}

func (t *tiles) entries(size int64) ([][]byte, error) {
	var found [][]byte
	for first := int64(0); first < size; first += 1 << height {
		tile := tlog.Tile{H: height, L: 0, N: first >> height, W: int(min(size-first, 1<<height))}
		path := "tile/entries/" + strings.TrimPrefix(tile.Path(), fmt.Sprintf("tile/%d/0/", height))
		data, err := t.file(path)
		if err != nil {
			return nil, err
		}
		for len(data) >= 2 {
			length := int(binary.BigEndian.Uint16(data))
			if len(data) < 2+length {
				return nil, fmt.Errorf("%s: an entry is cut off", path)
			}
			found, data = append(found, data[2:2+length]), data[2+length:]
		}
	}
	if int64(len(found)) != size {
		return nil, fmt.Errorf("%d entries, the checkpoint says %d", len(found), size)
	}
	return found, nil
}

func checkEntries(entries [][]byte, reader tlog.HashReader) error {
	var wanted []int64
	for n := range entries {
		wanted = append(wanted, tlog.StoredHashIndex(0, int64(n)))
	}
	authentic, err := reader.ReadHashes(wanted)
	if err != nil {
		return err
	}
	for n, entry := range entries {
		if tlog.RecordHash(entry) != authentic[n] {
			return fmt.Errorf("entry %d is not what the tree holds", n)
		}
	}
	return nil
}

// Notes stand one after the other; one ends before the next line that does not begin with an em dash.
func splitNotes(data []byte) [][]byte {
	var found [][]byte
	var current []byte
	signed := false
	for _, line := range bytes.SplitAfter(data, []byte("\n")) {
		isSignature := bytes.HasPrefix(line, []byte("— "))
		if signed && !isSignature {
			found, current = append(found, current), nil
		}
		current, signed = append(current, line...), isSignature
	}
	return found
}

func checkHistory(data []byte, known *policy, last *head, reader tlog.HashReader) (heads, cosigned int, err error) {
	for _, message := range splitNotes(data) {
		earlier, err := known.open(message)
		if err != nil {
			return 0, 0, err
		}
		proof, err := tlog.ProveTree(last.N, earlier.N, reader)
		if err != nil {
			return 0, 0, err
		}
		if err := tlog.CheckTree(proof, last.N, last.Hash, earlier.N, earlier.Hash); err != nil {
			return 0, 0, fmt.Errorf("the checkpoint of %d: %v", earlier.N, err)
		}
		heads++
		if earlier.cosigned > 0 {
			cosigned++
		}
	}
	return heads, cosigned, nil
}

// A receipt is a C2SP tlog-proof: a line, the index, the hashes, an empty line, a checkpoint.
func checkReceipt(data []byte, known *policy, entries [][]byte) error {
	text, message, found := bytes.Cut(data, []byte("\n\n"))
	lines := strings.Split(string(text), "\n")
	if !found || len(lines) < 2 || lines[0] != "c2sp.org/tlog-proof@v1" {
		return fmt.Errorf("no tlog-proof")
	}
	index, err := strconv.ParseInt(strings.TrimPrefix(lines[1], "index "), 10, 64)
	if err != nil || index < 0 || index >= int64(len(entries)) {
		return fmt.Errorf("no index of this log: %s", lines[1])
	}
	var proof tlog.RecordProof
	for _, line := range lines[2:] {
		hash, err := tlog.ParseHash(line)
		if err != nil {
			return err
		}
		proof = append(proof, hash)
	}
	covering, err := known.open(message)
	if err != nil {
		return err
	}
	return tlog.CheckRecord(proof, covering.N, covering.Hash, index, tlog.RecordHash(entries[index]))
}

func read(folder string, receipts []string) error {
	files := map[string][]byte{}
	for _, name := range []string{"policy.txt", "checkpoint", "history"} {
		data, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		files[name] = data
	}
	known, err := readPolicy(string(files["policy.txt"]))
	if err != nil {
		return fmt.Errorf("policy.txt: %v", err)
	}
	last, err := known.open(files["checkpoint"])
	if err != nil {
		return fmt.Errorf("checkpoint: %v", err)
	}
	store := &tiles{folder: folder}
	reader := tlog.TileHashReader(last.Tree, store)
	entries, err := store.entries(last.N)
	if err != nil {
		return fmt.Errorf("entries: %v", err)
	}
	if err := checkEntries(entries, reader); err != nil {
		return fmt.Errorf("tiles: %v", err)
	}
	heads, cosigned, err := checkHistory(files["history"], known, last, reader)
	if err != nil {
		return fmt.Errorf("history: %v", err)
	}
	for _, path := range receipts {
		data, err := os.ReadFile(path)
		if err == nil {
			err = checkReceipt(data, known, entries)
		}
		if err != nil {
			return fmt.Errorf("receipt: %v", err)
		}
	}
	fmt.Printf("origin %s\nsize %d\nroot %s\nheads %d\ncosigned %d\nlast_cosigned %d\nreceipts %d\n",
		known.log.Name(), last.N, last.Hash, heads, cosigned, last.cosigned, len(receipts))
	for _, path := range store.read {
		fmt.Println("read", path)
	}
	return nil
}

func main() {
	if len(os.Args) < 2 {
		fmt.Println("foreign_reader FOLDER [RECEIPT...]")
		os.Exit(2)
	}
	if err := read(os.Args[1], os.Args[2:]); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}
