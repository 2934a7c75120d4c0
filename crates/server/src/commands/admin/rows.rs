//! The rows of a file to import: one JSON value a line, or the members of one JSON array. Either is read as a stream.

use std::io::{self, BufRead, Read};

/// Most bytes of a row, as for one that comes over gRPC.
const MOST_BYTES: usize = 32 * 1024;

/// A row as it stands in the file.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Row {
    /// Its line, or its place in the array, from 1.
    pub(super) number: i64,
    /// Its JSON, or why it is not read.
    pub(super) text: Result<String, Unreadable>,
}

/// Why a row is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unreadable {
    /// Longer than a row may be.
    #[error("is longer than 32 KiB")]
    TooLong,
    /// Not UTF-8.
    #[error("is not UTF-8")]
    NotText,
}

/// Reads a file row by row; blank lines are none, but count.
pub(super) struct Rows<R> {
    input: R,
    shape: Option<Shape>,
    number: i64,
    bytes: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Shape {
    Lines,
    /// Within the brackets; `true`: a member was read.
    Array(bool),
    Ended,
}

impl<R: BufRead> Rows<R> {
    pub(super) const fn new(input: R) -> Self {
        Self { input, shape: None, number: 0, bytes: 0 }
    }

    /// How many bytes were read.
    pub(super) const fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The next row; `None` after the last.
    ///
    /// # Errors
    /// The file cannot be read, or is an array that is not well formed.
    pub(super) fn next(&mut self) -> io::Result<Option<Row>> {
        let shape = match self.shape {
            Some(shape) => shape,
            None => self.find_shape()?,
        };
        self.shape = Some(shape);
        match shape {
            Shape::Lines => self.line(),
            Shape::Array(has_members) => self.member(has_members),
            Shape::Ended => Ok(None),
        }
    }

    /// An array begins with a bracket, whatever space or byte order mark is before it.
    fn find_shape(&mut self) -> io::Result<Shape> {
        if self.input.fill_buf()?.starts_with("\u{feff}".as_bytes()) {
            self.consume(3);
        }
        let mut lines = 0;
        while let Some(byte) = self.peek()? {
            if byte == b'[' {
                self.consume(1);
                return Ok(Shape::Array(false));
            }
            if !byte.is_ascii_whitespace() {
                break;
            }
            lines += i64::from(byte == b'\n');
            self.consume(1);
        }
        self.number = lines;
        Ok(Shape::Lines)
    }

    fn line(&mut self) -> io::Result<Option<Row>> {
        loop {
            let mut line = Vec::new();
            let limit = MOST_BYTES as u64 + 2;
            let read = self.input.by_ref().take(limit).read_until(b'\n', &mut line)?;
            self.bytes += read as u64;
            if read == 0 {
                return Ok(None);
            }
            self.number += 1;
            if line.last() != Some(&b'\n') && line.len() > MOST_BYTES {
                self.bytes += self.input.skip_until(b'\n')? as u64;
            }
            if !line.trim_ascii().is_empty() {
                return Ok(Some(self.row(&line)));
            }
        }
    }

    fn member(&mut self, has_members: bool) -> io::Result<Option<Row>> {
        let next = self.next_but_space()?.ok_or_else(|| self.malformed("the array does not end"))?;
        if next == b']' {
            self.consume(1);
            return self.end();
        }
        if has_members {
            if next != b',' {
                return Err(self.malformed("a comma is missing"));
            }
            self.consume(1);
        }
        self.number += 1;
        let member = self.value()?;
        if member.trim_ascii().is_empty() {
            return Err(self.malformed("a member is missing"));
        }
        self.shape = Some(Shape::Array(true));
        Ok(Some(self.row(&member)))
    }

    /// Up to the comma or bracket that ends a member; what is longer than a row may be is not kept.
    fn value(&mut self) -> io::Result<Vec<u8>> {
        let (mut value, mut depth, mut in_string, mut escaped) = (Vec::new(), 0_u32, false, false);
        loop {
            let byte = self.peek()?.ok_or_else(|| self.malformed("the array does not end"))?;
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b',' | b']' | b'}' if depth == 0 => return Ok(value),
                b'{' | b'[' => depth += 1,
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            if value.len() <= MOST_BYTES {
                value.push(byte);
            }
            self.consume(1);
        }
    }

    fn end(&mut self) -> io::Result<Option<Row>> {
        self.shape = Some(Shape::Ended);
        match self.next_but_space()? {
            Some(_) => Err(self.malformed("there is more after the array")),
            None => Ok(None),
        }
    }

    fn row(&self, bytes: &[u8]) -> Row {
        let bytes = bytes.trim_ascii();
        let text = if bytes.len() > MOST_BYTES {
            Err(Unreadable::TooLong)
        } else {
            String::from_utf8(bytes.to_vec()).map_err(|_| Unreadable::NotText)
        };
        Row { number: self.number, text }
    }

    fn next_but_space(&mut self) -> io::Result<Option<u8>> {
        while let Some(byte) = self.peek()? {
            if !byte.is_ascii_whitespace() {
                return Ok(Some(byte));
            }
            self.consume(1);
        }
        Ok(None)
    }

    fn peek(&mut self) -> io::Result<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn consume(&mut self, bytes: usize) {
        self.input.consume(bytes);
        self.bytes += bytes as u64;
    }

    fn malformed(&self, problem: &str) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, format!("near row {}: {problem}", self.number))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> io::Result<Vec<(i64, String)>> {
        // A buffer of one byte: a row is never in it as a whole.
        let mut rows = Rows::new(io::BufReader::with_capacity(4, text.as_bytes()));
        let mut read = Vec::new();
        while let Some(row) = rows.next()? {
            read.push((row.number, row.text.unwrap_or_else(|why| why.to_string())));
        }
        assert_eq!(rows.bytes(), text.len() as u64);
        Ok(read)
    }

    fn rows(expected: &[(i64, &str)]) -> Vec<(i64, String)> {
        expected.iter().map(|(number, text)| (*number, (*text).to_owned())).collect()
    }

    #[test]
    fn lines_are_numbered_as_an_editor_numbers_them() {
        let text = "\n{\"a\": 1}\r\n\n  {\"b\": [2]}\nnot JSON";
        assert_eq!(read(text).unwrap(), rows(&[(2, "{\"a\": 1}"), (4, "{\"b\": [2]}"), (5, "not JSON")]));
        assert_eq!(read("\u{feff}{}\n").unwrap(), rows(&[(1, "{}")]));
        assert_eq!(read("").unwrap(), []);
        assert_eq!(read(" \n").unwrap(), []);
    }

    #[test]
    fn members_of_an_array_are_numbered_by_their_place() {
        let text = "\u{feff} [ {\"a\": [1, {\"x\": \"],}\\\"\"}]},\n\"b, c\" ,7,null] \n";
        let expected = [(1, "{\"a\": [1, {\"x\": \"],}\\\"\"}]}"), (2, "\"b, c\""), (3, "7"), (4, "null")];
        assert_eq!(read(text).unwrap(), rows(&expected));
        assert_eq!(read("[]").unwrap(), []);
    }

    #[test]
    fn an_array_that_is_not_well_formed_is_an_error_that_says_where() {
        for (text, problem) in [
            ("[", "near row 0: the array does not end"),
            ("[{}", "near row 1: the array does not end"),
            ("[{},", "near row 2: the array does not end"),
            ("[{},]", "near row 2: a member is missing"),
            ("[,{}]", "near row 1: a member is missing"),
            ("[{}}]", "near row 1: a comma is missing"),
            ("[\"a]", "near row 1: the array does not end"),
            ("[{}] {}", "near row 1: there is more after the array"),
        ] {
            assert_eq!(read(text).unwrap_err().to_string(), problem, "{text}");
        }
    }

    #[test]
    fn a_row_that_is_too_long_or_no_text_is_told_apart_and_the_next_is_read() {
        let (longest, longer) = ("x".repeat(MOST_BYTES), "x".repeat(3 * MOST_BYTES));
        let lines = format!("{longest}\r\n{longer}\n{longest}x\n{{}}");
        let expected =
            rows(&[(1, &longest), (2, "is longer than 32 KiB"), (3, "is longer than 32 KiB"), (4, "{}")]);
        assert_eq!(read(&lines).unwrap(), expected);
        assert_eq!(read(&format!("[{longest},{longer},{longest}x,{{}}]")).unwrap(), expected);
        let mut rows = Rows::new(&b"\xff\n{}\n"[..]);
        assert_eq!(rows.next().unwrap().unwrap().text, Err(Unreadable::NotText));
        assert_eq!(rows.next().unwrap().unwrap().text, Ok("{}".to_owned()));
    }
}
