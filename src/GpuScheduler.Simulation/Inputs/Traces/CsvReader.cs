using System.Buffers;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>Takes CSV text (RFC 4180) apart. Blank lines are passed over; after a fault it goes on with the next line.</summary>
internal sealed class CsvReader(string file, string text, ConfigurationErrors errors)
{
    /// <summary>A longer field is a fault, a quote that was never closed most likely.</summary>
    public const int MaxField = 1 << 16;

    private static readonly SearchValues<char> Ends = SearchValues.Create(",\r\n\"");
    private static readonly SearchValues<char> LineEnds = SearchValues.Create("\r\n");

    private int _at;
    private int _line = 1;
    private int _lineStart;

    /// <summary>Where the record that was read last begins.</summary>
    public int Line { get; private set; }

    /// <summary>Where the reader stands.</summary>
    public int Column => _at - _lineStart + 1;

    /// <summary>Reads a record; a broken one has an error and no fields.</summary>
    /// <returns>False at the end of the text.</returns>
    public bool Read(List<CsvField> fields)
    {
        fields.Clear();
        while (_at < text.Length && text[_at] is '\r' or '\n')
        {
            PassLineEnd();
        }

        if (_at == text.Length)
        {
            return false;
        }

        Line = _line;
        while (TryField(fields))
        {
            if (_at < text.Length && text[_at] == ',')
            {
                _at++;
                continue;
            }

            PassLineEnd();
            return true;
        }

        fields.Clear();
        int rest = text.AsSpan(_at).IndexOfAny(LineEnds);
        _at = rest < 0 ? text.Length : _at + rest;
        PassLineEnd();
        return true;
    }

    private bool TryField(List<CsvField> fields)
    {
        if (_at < text.Length && text[_at] == '"')
        {
            return TryQuoted(fields);
        }

        int length = text.AsSpan(_at).IndexOfAny(Ends);
        length = length < 0 ? text.Length - _at : length;
        if (length > MaxField)
        {
            return Fault(_line, Column, $"a field is longer than {MaxField} characters; is this a CSV file?");
        }

        if (_at + length < text.Length && text[_at + length] == '"')
        {
            return Fault(_line, Column + length, "a quote stands within a field that does not begin with one; put the whole field in quotes and write this one twice");
        }

        fields.Add(new CsvField(text.AsMemory(_at, length), _line, Column));
        _at += length;
        return true;
    }

    private bool TryQuoted(List<CsvField> fields)
    {
        int open = _at;
        int close = open;
        bool hasDoubled = false;
        do
        {
            // Past the second of two quotes, which is the first one's content.
            close = close == open ? open + 1 : close + 2;
            int next = text.AsSpan(close, Math.Min(MaxField, text.Length - close)).IndexOf('"');
            if (next < 0 || close + next - open > MaxField)
            {
                return Fault(_line, Column, "the quote that opens here is not closed; close or remove it");
            }

            close += next;
            hasDoubled |= IsQuote(close + 1);
        }
        while (IsQuote(close + 1));

        ReadOnlyMemory<char> content = text.AsMemory(open + 1, close - open - 1);
        fields.Add(new CsvField(hasDoubled ? content.ToString().Replace("\"\"", "\"", StringComparison.Ordinal).AsMemory() : content, _line, Column));
        int breaks = content.Span.Count('\n');
        if (breaks > 0)
        {
            _line += breaks;
            _lineStart = open + 1 + content.Span.LastIndexOf('\n') + 1;
        }

        _at = close + 1;
        return _at == text.Length || text[_at] is ',' or '\r' or '\n'
            || Fault(_line, Column, "text follows a closing quote; write a comma before it, or the quote twice if it belongs to the field");
    }

    private bool IsQuote(int index) => index < text.Length && text[index] == '"';

    private void PassLineEnd()
    {
        if (_at == text.Length)
        {
            return;
        }

        _at += text[_at] == '\r' && _at + 1 < text.Length && text[_at + 1] == '\n' ? 2 : 1;
        _line++;
        _lineStart = _at;
    }

    private bool Fault(int line, int column, string message)
    {
        errors.Add(new(file, line, column, "", message));
        return false;
    }
}
