package codes

import (
	"bytes"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// What can be wrong with a list beside its codes.
var (
	ErrHeader    = errors.New("header is not code,term")
	ErrLine      = errors.New("line is not two comma-separated values")
	ErrDuplicate = errors.New("code stands in the list twice")
	ErrTerm      = errors.New("term is empty or not UTF-8")
	ErrNoCodes   = errors.New("list has no codes")
	ErrListName  = errors.New("list name is not lower-case letters, digits and _ or -")
)

// Provenance says where a list comes from. It is what a file of codes cannot
// say of itself; [ParseList] copies it into the [List].
type Provenance struct {
	System  System
	Title   string
	Source  string
	Release string
	Licence string
	Note    string
}

// ParseList reads a list from CSV in UTF-8 with the header code,term. Every
// code is taken as text, checked by its system's rules and may stand only once;
// a term must not be empty. Line numbers count from 1, the header.
//
// On failure the list is empty and the error joins every fault found, one a
// line of text, each wrapping its own sentinel.
func ParseList(name string, src []byte, p Provenance) (List, error) {
	if err := checkName(name); err != nil {
		return List{}, err
	}
	sum := sha256.Sum256(src)
	l := listParser{name: name, system: p.System, first: map[string]int{}}
	l.read(src)
	if len(l.faults) > 0 {
		return List{}, errors.Join(l.faults...)
	}
	return List{
		Name: name, System: p.System, Title: p.Title, Source: p.Source, Release: p.Release,
		Licence: p.Licence, Note: p.Note, SHA256: hex.EncodeToString(sum[:]), Entries: l.entries,
	}, nil
}

func checkName(name string) error {
	for i := range len(name) {
		c := name[i]
		letter := c >= 'a' && c <= 'z'
		inside := c >= '0' && c <= '9' || c == '_' || c == '-'
		if !letter && (i == 0 || !inside) {
			return fmt.Errorf("read list %q: %w", clip(name), ErrListName)
		}
	}
	if name == "" {
		return fmt.Errorf("read list %q: %w", name, ErrListName)
	}
	return nil
}

type listParser struct {
	name    string
	system  System
	first   map[string]int // code → line it first stood on
	entries []Entry
	faults  []error
}

func (l *listParser) read(src []byte) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(src, []byte("\ufeff"))))
	r.FieldsPerRecord = -1
	header := true
	rows := 0
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			l.unreadable(err)
		} else if line, _ := r.FieldPos(0); header {
			l.header(line, record)
		} else {
			l.row(line, record)
		}
		if !header {
			rows++
		}
		header = false
	}
	if header {
		l.fault(1, "", ErrHeader)
	}
	if rows == 0 {
		l.fault(1, "", ErrNoCodes)
	}
}

func (l *listParser) unreadable(err error) {
	line := 0
	if parse, ok := errors.AsType[*csv.ParseError](err); ok {
		line, err = parse.Line, parse.Err
	}
	l.fault(line, "", fmt.Errorf("%w: %w", ErrLine, err))
}

func (l *listParser) header(line int, record []string) {
	if len(record) != 2 || record[0] != "code" || record[1] != "term" {
		l.fault(line, "", ErrHeader)
	}
}

func (l *listParser) row(line int, record []string) {
	if len(record) != 2 {
		l.fault(line, "", fmt.Errorf("%w: it has %d", ErrLine, len(record)))
		return
	}
	code, term := record[0], record[1]
	if err := l.system.Check(code); err != nil {
		l.fault(line, code, err)
	}
	if term == "" || !utf8.ValidString(term) {
		l.fault(line, code, ErrTerm)
	}
	if at, seen := l.first[code]; seen && code != "" {
		l.fault(line, code, fmt.Errorf("%w: first on line %d", ErrDuplicate, at))
		return
	}
	l.first[code] = line
	l.entries = append(l.entries, Entry{Code: code, Term: term})
}

func (l *listParser) fault(line int, code string, err error) {
	at := fmt.Sprintf("read list %s: line %d", l.name, line)
	if code != "" {
		at += fmt.Sprintf(": code %q", clip(code))
	}
	if r := remedy(err); r != "" {
		l.faults = append(l.faults, fmt.Errorf("%s: %w; %s", at, err, r))
		return
	}
	l.faults = append(l.faults, fmt.Errorf("%s: %w", at, err))
}

func remedy(err error) string {
	switch {
	case errors.Is(err, ErrRounded):
		return "take the list from its source again and keep codes as text"
	case errors.Is(err, ErrCheckDigit):
		return "compare the code with its source"
	case errors.Is(err, ErrPartition):
		return "use the concept's own id"
	case errors.Is(err, ErrDuplicate):
		return "remove one of the two"
	}
	return ""
}

const clipLength = 40

func clip(s string) string {
	if len(s) > clipLength {
		return s[:clipLength] + "..."
	}
	return s
}
