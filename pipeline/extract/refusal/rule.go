package refusal

// The names of the rules, as they stand in [Fault.Rule].
const (
	sealPrefix = "seal_"

	RuleSealMissing = sealPrefix + "missing_file" // in the manifest, not on disk
	RuleSealExtra   = sealPrefix + "extra_file"   // on disk, not in the manifest
	RuleSealSize    = sealPrefix + "size"         // other number of bytes than sealed
	RuleSealSum     = sealPrefix + "sha256"       // other SHA-256 than sealed
	RuleSealRows    = sealPrefix + "rows"         // other number of rows than sealed
	RuleUnsealed    = "unsealed"                  // no extract.json
	RuleManifest    = "manifest"                  // extract.json is not valid

	RuleAsOf = "as_of" // another day than the job asks for

	RuleFolder     = "folder"          // practice_code= folder without a valid ODS code
	RuleUnexpected = "unexpected_file" // neither a table's file nor a part of one
	RuleTwice      = "table_twice"     // a table both as a file and as a folder
	RuleLink       = "symlink"         // a link, device or other irregular file
	RuleEmpty      = "no_practice"     // no practice folder at all
	RuleTable      = "missing_table"   // a table the contract requires
	RuleTooLarge   = "file_too_large"  // above the memory limit

	RuleNotParquet = "not_parquet"  // magic bytes or footer are wrong
	RuleEncrypted  = "encrypted"    // Parquet encryption
	RuleCodec      = "codec"        // a codec other than snappy, zstd, gzip, none
	RuleCodecs     = "codecs_mixed" // other codecs in other row groups of a column
	RuleDamaged    = "damaged"      // pages that cannot be decoded
	RuleRows       = "rows"         // rows delivered differ from the footer
	RulePage       = "page_size"    // a page above the limit, or larger than its chunk

	RuleMissing    = "missing_column"
	RuleRepeated   = "column_twice"
	RuleNested     = "nested"
	RuleType       = "type"
	RuleDateType   = "date_type" // a date that is not DATE
	RuleTextType   = "text_type" // a code or pseudonym that is not text
	RuleNull       = "null"
	RuleBlank      = "empty_text"
	RuleRange      = "range"
	RuleInfinite   = "infinite"
	RuleList       = "not_in_list"
	RulePattern    = "pattern"
	RulePractice   = "practice_code"
	RuleMonth      = "not_first_of_month"
	RuleColumnName = "identifier_name"
	RuleNHSNumber  = "identifier_nhs_number"
	RulePostcode   = "identifier_postcode"
)

// Remedy returns what a supplier can do about a broken rule.
func Remedy(rule string) string {
	if text, ok := fileRemedies()[rule]; ok {
		return text
	}
	return columnRemedies()[rule]
}

// fileRemedies are those of the seal, of folders and of files.
func fileRemedies() map[string]string {
	return map[string]string{
		RuleSealMissing: "deliver the file again, or seal the extract anew if it was left out on purpose",
		RuleSealExtra:   "remove the file, or seal the extract anew if it belongs to it",
		RuleSealSize:    "copy the file again from its source, or seal the extract anew if it was replaced on purpose",
		RuleSealSum:     "copy the file again from its source, or seal the extract anew if it was replaced on purpose",
		RuleSealRows:    "seal the extract anew",
		RuleUnsealed:    "run riskband seal on the folder, or allow unsealed extracts in the job",
		RuleManifest:    "seal the extract anew",
		RuleAsOf:        "give the day the extract was sealed for, or none",
		RuleFolder:      "name the folder practice_code= and the ODS code: one capital letter and five digits",
		RuleUnexpected:  "remove it: a practice folder holds TABLE.parquet or TABLE/*.parquet for tables of the contract only",
		RuleTwice:       "keep either TABLE.parquet or the folder TABLE, not both",
		RuleLink:        "deliver a regular file: links are not followed",
		RuleEmpty:       "deliver one folder practice_code=CODE for each practice",
		RuleTable:       "deliver the table: the contract requires it",
		RuleTooLarge:    "split into parts: TABLE/part-0.parquet, TABLE/part-1.parquet, or give more memory",
		RuleNotParquet:  "write the file as Parquet again: its header or footer cannot be read",
		RuleEncrypted:   "write the file without Parquet encryption",
		RuleCodec:       "write the file with snappy, zstd, gzip or no compression",
		RuleCodecs:      "write every row group of a column with the same codec",
		RuleDamaged:     "copy or write the file again: it cannot be decoded",
		RuleRows:        "write the file again: its pages hold other numbers of rows than its footer says",
		RulePage:        "write the file again with pages of 1 MiB: a page is larger than the limit or than its column says",
	}
}

// columnRemedies are those of columns and their values.
func columnRemedies() map[string]string {
	return map[string]string{
		RuleMissing:    "add the column: the contract requires it",
		RuleRepeated:   "keep one column of that name",
		RuleNested:     "write a flat column: structs, maps and repeated fields are not part of the contract here",
		RuleType:       "write the column with the type the contract gives",
		RuleDateType:   "cast the column to DATE: timestamps, integers and text are not taken as dates",
		RuleTextType:   "cast the column to text: codes and pseudonyms are never numbers",
		RuleNull:       "fill the column or leave the rows out: nulls are not allowed here",
		RuleBlank:      "fill the column or leave the rows out: empty text is not allowed here",
		RuleRange:      "correct or leave out the rows: a value is outside the range of the contract",
		RuleInfinite:   "write a missing value as null: infinities are not taken",
		RuleList:       "map the column to the closed list of the contract",
		RulePattern:    "correct the column: a value does not have the form the contract gives",
		RulePractice:   "put the rows in their own practice's folder: practice_code must equal the folder's code",
		RuleMonth:      "truncate the date to the first of its month: a full date is an identifier",
		RuleColumnName: "remove the column: its name is that of a personal identifier",
		RuleNHSNumber:  "replace the values with pseudonyms: one is a valid NHS number",
		RulePostcode:   "remove the values: one is a full postcode",
	}
}
