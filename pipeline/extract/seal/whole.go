package seal

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"

	"riskband/pipeline/extract/refusal"
)

// Whole reads a regular file whole into memory, at most limit bytes (0: no
// limit), and returns its hex SHA-256. Links are refused, also in the middle of
// the path when they leave the extract.
func Whole(root *os.Root, practice, path string, limit int64) (data []byte, sum string, err error) {
	refuse := func(rule string) error {
		return refusal.Faults{{Practice: practice, File: path, RowGroup: -1, Rule: rule, Remedy: refusal.Remedy(rule)}}
	}
	info, err := root.Lstat(path)
	if err != nil {
		return nil, "", fmt.Errorf("look at %s: %w", path, err)
	}
	switch {
	case !info.Mode().IsRegular():
		return nil, "", refuse(refusal.RuleLink)
	case limit > 0 && info.Size() > limit:
		return nil, "", refuse(refusal.RuleTooLarge)
	}
	f, err := root.Open(path)
	if err != nil {
		return nil, "", fmt.Errorf("open %s: %w", path, err)
	}
	defer f.Close()
	data = make([]byte, info.Size())
	if _, err := io.ReadFull(f, data); err != nil {
		return nil, "", fmt.Errorf("read %s: %w", path, err)
	}
	digest := sha256.Sum256(data)
	return data, hex.EncodeToString(digest[:]), nil
}
