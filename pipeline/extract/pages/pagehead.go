package pages

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"io"
	"math"

	"github.com/parquet-go/parquet-go/encoding/thrift"
	"github.com/parquet-go/parquet-go/format"

	"riskband/pipeline/extract/refusal"
)

// readPageHeads walks the pages of a column chunk without decoding one. It
// returns what the data pages say, the sum of their values, and the rule broken,
// "" when none is. After it, no size or count in a header can make the decoder
// allocate more than most bytes for a page.
func readPageHeads(chunk []byte, codec format.CompressionCodec, most int64) (pages []pageHead, values int64, rule string) {
	p := thrift.CompactProtocol{}
	for len(chunk) > 0 {
		var head format.PageHeader
		r := p.NewReaderFromBytes(chunk)
		if err := thrift.NewDecoder(r).Decode(&head); err != nil {
			return nil, 0, refusal.RuleDamaged
		}
		chunk = chunk[r.BytesRead():]
		size, full := head.CompressedPageSize, head.UncompressedPageSize
		switch {
		case size < 0 || full < 0 || int(size) > len(chunk):
			return nil, 0, refusal.RuleDamaged
		case int64(full) > most:
			return nil, 0, refusal.RulePage
		}
		body := chunk[:size]
		chunk = chunk[size:]
		page, ok := countPage(&head)
		switch {
		case !ok || !bodySound(&head, body, codec, most):
			return nil, 0, refusal.RuleDamaged
		case int64(page.values)*valueBytes > most:
			return nil, 0, refusal.RulePage
		case page.values < 0:
			continue // a dictionary
		}
		pages = append(pages, page)
		values += int64(page.values)
	}
	return pages, values, ""
}

// dictionary reports whether the page holds indexes into a dictionary; 2 is the
// older spelling of it in the format.
func (p pageHead) dictionary() bool {
	const older = 2
	return p.encoding == format.RLEDictionary || p.encoding == older
}

// countPage returns what a data page says of itself; values is -1 for a
// dictionary. ok is false for counts that cannot be true.
func countPage(head *format.PageHeader) (page pageHead, ok bool) {
	switch head.Type {
	case format.DataPage:
		h := &head.DataPageHeader
		page = pageHead{values: h.V.NumValues, encoding: h.V.Encoding, bytes: head.UncompressedPageSize}
		return page, h.Valid && page.values >= 0
	case format.DataPageV2:
		h := &head.DataPageHeaderV2
		page = pageHead{values: h.V.NumValues, encoding: h.V.Encoding, bytes: head.UncompressedPageSize}
		levels := int64(h.V.DefinitionLevelsByteLength) + int64(h.V.RepetitionLevelsByteLength)
		return page, h.Valid && page.values >= 0 &&
			h.V.DefinitionLevelsByteLength >= 0 && h.V.RepetitionLevelsByteLength >= 0 &&
			levels <= int64(head.CompressedPageSize) && levels <= int64(head.UncompressedPageSize) &&
			h.V.NumNulls >= 0 && h.V.NumNulls <= page.values
	case format.DictionaryPage:
		h := &head.DictionaryPageHeader
		// Every entry takes a byte at least, save booleans, which have two.
		return pageHead{values: -1}, h.Valid && h.V.NumValues >= 0 &&
			(h.V.NumValues <= head.UncompressedPageSize || h.V.NumValues <= 2)
	}
	return page, false
}

// bodySound checks that a compressed page says it grows to its header's size,
// for the codecs that say so in the page itself.
func bodySound(head *format.PageHeader, body []byte, codec format.CompressionCodec, most int64) bool {
	full := int64(head.UncompressedPageSize)
	if head.Type == format.DataPageV2 {
		h := &head.DataPageHeaderV2.V
		if h.IsCompressed.Valid && !h.IsCompressed.V && codec != format.Uncompressed {
			return len(body) == int(full)
		}
		levels := h.DefinitionLevelsByteLength + h.RepetitionLevelsByteLength
		body, full = body[levels:], full-int64(levels)
	}
	switch codec {
	case format.Uncompressed:
		return int64(len(body)) == full
	case format.Snappy:
		n, size := binary.Uvarint(body)
		return len(body) == 0 && full == 0 || size > 0 && n == uint64(full)
	case format.Zstd:
		return zstdSound(body, full, most)
	case format.Gzip:
		return gzipSound(body, most)
	}
	return false
}

// zstdSound reports whether a zstd frame grows to the size its page says or,
// where the frame leaves its size out, at most to the bytes given by its blocks.
// Source: RFC 8878, section 3.1.1.1.
func zstdSound(b []byte, full, most int64) bool {
	const magic = 0xFD2FB528
	if len(b) < 6 || binary.LittleEndian.Uint32(b) != magic {
		return len(b) == 0 && full == 0
	}
	head := b[4]
	single, dictionary := head>>5&1 == 1, [4]int{0, 1, 2, 4}[head&3]
	at := 5 + dictionary
	if !single {
		at++
	}
	var size [8]byte
	if at < len(b) {
		copy(size[:], b[at:])
	}
	switch flag := head >> 6; {
	case flag == 3:
		return binary.LittleEndian.Uint64(size[:]) == uint64(full)
	case flag == 2:
		return int64(binary.LittleEndian.Uint32(size[:])) == full
	case flag == 1:
		return int64(binary.LittleEndian.Uint16(size[:]))+256 == full
	case single:
		return int64(size[0]) == full
	}
	return at < len(b) && zstdBlocks(b[at:]) <= most
}

// zstdBlocks bounds what the blocks of a frame grow to; blocks that do not fit
// the bytes at hand are without bound. Source: RFC 8878, section 3.1.1.2.
func zstdBlocks(b []byte) (grown int64) {
	const raw, runLength, maxBlock = 0, 1, 128 << 10
	for len(b) >= 3 {
		block := uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16
		last, kind, size := block&1 == 1, block>>1&3, int(block>>3)
		switch kind {
		case raw:
			grown += int64(size)
		case runLength:
			grown += int64(size)
			size = 1
		default:
			grown += maxBlock
		}
		if last {
			return grown
		}
		b = b[min(3+size, len(b)):]
	}
	return math.MaxInt64
}

// gzipSound reports whether a gzip body grows to at most the bytes given. DEFLATE
// cannot exceed 1,032 to 1, so only a large body is counted.
func gzipSound(b []byte, most int64) bool {
	if int64(len(b))*1032 <= most {
		return true
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return false
	}
	n, err := io.Copy(io.Discard, io.LimitReader(z, most+1))
	return err == nil && n <= most
}
