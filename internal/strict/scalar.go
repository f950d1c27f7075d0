package strict

import (
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

func empty(n ast.Node) bool {
	return n == nil || n.Type() == ast.NullType
}

// text returns the spelling of a scalar; ok is false for lists and mappings.
func text(n ast.Node) (spelling string, ok bool) {
	switch n := n.(type) {
	case *ast.LiteralNode:
		if n.Value == nil {
			return "", true
		}
		return n.Value.Value, true
	case *ast.StringNode, *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return n.GetToken().Value, true
	}
	return "", false
}

// plain reports whether a scalar stands without quotes or a block marker.
func plain(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.LiteralNode:
		return false
	case *ast.StringNode:
		return n.Token.Type == token.StringType
	}
	return true
}

// describe names what a node is, for "want ..., got ...".
func describe(n ast.Node) string {
	t, scalar := text(n)
	switch {
	case scalar && plain(n) && printable(t):
		return clip(t)
	case scalar:
		return quote(t)
	case n.Type() == ast.SequenceType:
		return "a list"
	}
	return "a mapping"
}

func printable(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !unicode.IsPrint(r) })
}

const longestShown = 60

func clip(s string) string {
	if utf8.RuneCountInString(s) > longestShown {
		return string([]rune(s)[:longestShown]) + "..."
	}
	return s
}

func quote(s string) string { return strconv.Quote(clip(s)) }

func (d *decoder) scalar(n ast.Node, v reflect.Value, p place) {
	want, set := target(v)
	if set == nil {
		d.fault(p, "cannot be read: the program has no rule for %s", v.Type())
		return
	}
	t, ok := text(n)
	if v.Kind() != reflect.String {
		ok = ok && plain(n)
	}
	if !ok || !set(t) {
		d.fault(p, "want %s, got %s", want, describe(n))
	}
}

// target returns what a scalar field takes, in words, and how to set it from the
// spelling; set is nil for a type that is not a scalar.
func target(v reflect.Value) (want string, set func(string) bool) {
	switch {
	case v.Kind() == reflect.String:
		return "text", func(t string) bool { v.SetString(t); return true }
	case v.Kind() == reflect.Bool:
		return "true or false", func(t string) bool {
			v.SetBool(t == "true")
			return t == "true" || t == "false"
		}
	case v.CanInt():
		return wholeNumber(v), func(t string) bool {
			i, err := strconv.ParseInt(t, 10, 64)
			if err != nil || !decimal.MatchString(t) || v.OverflowInt(i) {
				return false
			}
			v.SetInt(i)
			return true
		}
	case v.CanUint():
		return wholeNumber(v), func(t string) bool {
			i, err := strconv.ParseUint(t, 10, 64)
			if err != nil || !decimal.MatchString(t) || v.OverflowUint(i) {
				return false
			}
			v.SetUint(i)
			return true
		}
	case v.CanFloat():
		return "a number", func(t string) bool {
			f, err := strconv.ParseFloat(t, 64)
			if err != nil || !number.MatchString(t) || v.OverflowFloat(f) {
				return false
			}
			v.SetFloat(f)
			return true
		}
	}
	return "", nil
}

func wholeNumber(v reflect.Value) string {
	bits := v.Type().Bits()
	switch {
	case v.CanInt() && bits < 64:
		return fmt.Sprintf("a whole number from %d to %d", -1<<(bits-1), 1<<(bits-1)-1)
	case v.CanUint() && bits < 64:
		return fmt.Sprintf("a whole number from 0 to %d", uint64(math.MaxUint64)>>(64-bits))
	case v.CanUint():
		return "a whole number from 0 up"
	}
	return "a whole number"
}

// No leading zeros (octal in some readers), no underscores, no hexadecimal, no
// infinity.
var (
	decimal = regexp.MustCompile(`^-?(0|[1-9][0-9]*)$`)
	number  = regexp.MustCompile(`^[-+]?((0|[1-9][0-9]*)(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$`)
)
