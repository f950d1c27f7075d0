package strict

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// Bounds of a document. The parser below calls itself once per nested level and
// once per key of a block mapping, so these also bound its stack and its time.
const (
	maxBytes  = 1 << 20 // of the whole document
	maxKeys   = 10_000  // of all mappings together
	maxDepth  = 64      // of brackets within brackets
	maxIndent = 160     // columns before a key or a list dash
)

// document returns the body of the only document in src.
func document(src []byte) (ast.Node, Faults) {
	src = bytes.TrimPrefix(src, []byte("\ufeff"))
	if len(src) > maxBytes {
		return nil, Faults{{Line: 1, Message: fmt.Sprintf("the document is larger than %d bytes", maxBytes)}}
	}
	if line, ok := firstBadLine(src); !ok {
		return nil, Faults{{Line: line, Message: "not UTF-8 text"}}
	}
	file, faults := parse(src)
	if len(faults) > 0 {
		return nil, faults
	}
	var body ast.Node
	for _, d := range file.Docs {
		switch {
		case d.Body == nil || d.Body.Type() == ast.CommentType:
		case body != nil:
			return nil, Faults{{Line: lineOf(d.Body, 1), Message: "a second document starts here: want one document in a file"}}
		default:
			body = d.Body
		}
	}
	if body == nil {
		return nil, Faults{{Line: 1, Message: "the document is empty"}}
	}
	return body, nil
}

// firstBadLine returns the line of the first byte that is not UTF-8 text.
func firstBadLine(src []byte) (line int, ok bool) {
	for i := 0; i < len(src); {
		r, size := utf8.DecodeRune(src[i:])
		if r == utf8.RuneError && size == 1 || r == 0 {
			return bytes.Count(src[:i], []byte("\n")) + 1, false
		}
		i += size
	}
	return 0, true
}

// parse turns text into a tree. The parser is known to panic on some malformed
// texts; that is a fault of the document, not of this program.
func parse(src []byte) (file *ast.File, faults Faults) {
	defer func() {
		if recover() != nil {
			file, faults = nil, Faults{{Line: 1, Message: "not valid YAML: the parser gave up"}}
		}
	}()
	tokens := lexer.Tokenize(string(src))
	if bad := tokens.InvalidToken(); bad != nil {
		return nil, Faults{{Line: tokenLine(bad, 1), Message: "not valid YAML: " + oneLine(bad.Error)}}
	}
	if faults := refused(tokens); len(faults) > 0 {
		return nil, faults
	}
	file, err := parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return nil, Faults{syntaxFault(err)}
	}
	return file, nil
}

func syntaxFault(err error) Fault {
	var where yaml.Error
	if !errors.As(err, &where) {
		return Fault{Line: 1, Message: "not valid YAML"}
	}
	return Fault{Line: tokenLine(where.GetToken(), 1), Message: "not valid YAML: " + oneLine(where.GetMessage())}
}

func oneLine(s string) string {
	return strings.NewReplacer("\t", `\t`, "\r", " ", "\n", " ").Replace(s)
}

// refused lists what a strict document may not contain, and anything beyond the
// bounds.
func refused(tokens token.Tokens) Faults {
	var faults Faults
	depth, keys := 0, 0
	for i, t := range tokens {
		add := func(message string) {
			faults = append(faults, Fault{Line: tokenLine(t, 1), Message: message})
		}
		if what, ok := refusedKind(t.Type); ok {
			add(what + " are not allowed: write the value out")
		}
		indent := 0
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			depth++
		case token.SequenceEndType, token.MappingEndType:
			depth = max(0, depth-1)
		case token.SequenceEntryType:
			indent = t.Position.Column
		case token.MappingKeyType, token.MappingValueType:
			keys++
			indent = t.Position.Column
			if t.Type == token.MappingValueType && i > 0 {
				indent = tokens[i-1].Position.Column
			}
		}
		switch {
		case depth > maxDepth:
			add(fmt.Sprintf("brackets are nested more than %d deep", maxDepth))
			return faults
		case depth == 0 && indent > maxIndent:
			add(fmt.Sprintf("indented by more than %d columns", maxIndent))
			return faults
		case keys > maxKeys:
			add(fmt.Sprintf("more than %d keys in one document", maxKeys))
			return faults
		}
	}
	return faults
}

func refusedKind(t token.Type) (what string, refused bool) {
	switch t {
	case token.AnchorType:
		return "anchors", true
	case token.AliasType:
		return "aliases", true
	case token.TagType:
		return "tags", true
	case token.DirectiveType:
		return "directives", true
	case token.MergeKeyType:
		return "merge keys", true
	}
	return "", false
}

// lineOf returns the line where a node starts, or the fallback.
func lineOf(n ast.Node, fallback int) int {
	switch n := n.(type) {
	case nil:
		return fallback
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return lineOf(n.Values[0].Key, fallback)
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key, fallback)
	}
	return tokenLine(n.GetToken(), fallback)
}

func tokenLine(t *token.Token, fallback int) int {
	if t == nil || t.Position == nil || t.Position.Line < 1 {
		return fallback
	}
	return t.Position.Line
}
