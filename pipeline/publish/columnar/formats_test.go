package columnar

import (
	"testing"

	"riskband/schemas"
)

func TestAFieldIsNoFormulaAndOneField(t *testing.T) {
	f := func(in string, typ schemas.Type, want string) {
		t.Helper()
		if got := field(in, typ); got != want {
			t.Errorf("%q is written %q, want %q", in, got, want)
		}
	}
	f("", schemas.Text, "")
	f("plain", schemas.Text, "plain")
	f("a,b", schemas.Text, `"a,b"`)
	f(`a"b`, schemas.Text, `"a""b"`)
	f("a\nb", schemas.Text, "\"a\nb\"")
	f("=1+1", schemas.Text, "'=1+1")
	f("+1", schemas.Text, "'+1")
	f("-1", schemas.Text, "'-1")
	f("@SUM(A1)", schemas.Text, "'@SUM(A1)")
	f("\t=1", schemas.Text, "'\t=1")
	f("\r=1", schemas.Text, "\"'\r=1\"")
	f(`=a,"b"`, schemas.Text, `"'=a,""b"""`)
	f("a=1", schemas.Text, "a=1")
	f("-1", schemas.Integer, "-1")
	f("-1.5", schemas.Number, "-1.5")
}
