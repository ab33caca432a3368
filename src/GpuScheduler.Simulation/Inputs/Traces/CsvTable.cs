using System.Collections.Immutable;
using System.Globalization;
using GpuScheduler.Framework;

namespace GpuScheduler.Simulation;

/// <summary>A table with a header, read row by row; columns are found by name and may stand in any order.</summary>
internal sealed class CsvTable
{
    /// <summary>A file with more is not a table of ours, and the rest would tell nothing new.</summary>
    private const int MaxErrors = 1000;

    private readonly string _file;
    private readonly CsvReader _reader;
    private readonly ConfigurationErrors _errors;
    private readonly int _errorsBefore;
    private readonly List<CsvField> _fields = [];
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private int _width;

    private CsvTable(string file, CsvReader reader, ConfigurationErrors errors)
    {
        _file = file;
        _reader = reader;
        _errors = errors;
        _errorsBefore = errors.Count;
    }

    /// <summary>Data rows so far, broken ones included.</summary>
    public int Rows { get; private set; }

    /// <summary>Line of the row.</summary>
    public int Line => _reader.Line;

    /// <summary>False where reading was given up before the end.</summary>
    public bool IsComplete { get; private set; } = true;

    /// <summary>Reads the header; null, and errors, where no row could be understood.</summary>
    /// <param name="file">The table.</param>
    /// <param name="required">Columns that must be there.</param>
    /// <param name="optional">Columns that may.</param>
    /// <param name="other">The table that is easily mistaken for this one.</param>
    /// <param name="errors">Takes every error.</param>
    public static CsvTable? Open(InputFile file, ImmutableArray<string> required, ImmutableArray<string> optional, OtherTable other, ConfigurationErrors errors)
    {
        if (!file.TryText(errors, out string? text))
        {
            return null;
        }

        CsvTable table = new(file.Name, new CsvReader(file.Name, text, errors), errors);
        return table.ReadHeader(required, optional, other) ? table : null;
    }

    /// <summary>Goes to the next row that has all its fields; each row without them is an error.</summary>
    public bool Next()
    {
        while (_reader.Read(_fields))
        {
            Rows++;
            if (_errors.Count - _errorsBefore > MaxErrors)
            {
                IsComplete = false;
                _errors.Add(new(_file, Line, 1, "", $"more than {MaxErrors} errors came before this line; the rest was not read"));
                return false;
            }

            if (_fields.Count == _width)
            {
                return true;
            }

            if (_fields.Count > 0)
            {
                string mend = _fields.Count < _width
                    ? "complete the row, or remove it if the file was cut off here"
                    : "remove what is too much, or put the field with a comma in quotes";
                _errors.Add(new(_file, Line, 1, "", $"the row has {_fields.Count} fields and the header has {_width}; {mend}"));
            }
        }

        return false;
    }

    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>The field without blanks around it; empty where the table has no such column.</summary>
    public string Text(string column) =>
        _columns.TryGetValue(column, out int index) ? _fields[index].Text.Span.Trim().ToString() : "";

    /// <summary>A text that must be there; false, and an error, where it is empty.</summary>
    public bool TryText(string column, out string text)
    {
        text = Text(column);
        if (text.Length > 0)
        {
            return true;
        }

        Error(column, "is empty; write a value");
        return false;
    }

    /// <summary>A whole number within bounds; false, and an error, for anything else.</summary>
    public bool TryNumber(string column, long min, long max, out long number)
    {
        ReadOnlySpan<char> text = _fields[_columns[column]].Text.Span.Trim();
        if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number))
        {
            Error(column, text.IsEmpty ? $"is empty; write a whole number from {min} to {max}" : $"\"{Shortened(text)}\" is not a whole number; write one from {min} to {max}");
            return false;
        }

        if (number < min || number > max)
        {
            Error(column, $"{number} is out of range; write a whole number from {min} to {max}");
            return false;
        }

        return true;
    }

    /// <summary>Adds an error about a field of the row.</summary>
    public void Error(string column, string message)
    {
        (int line, int column1) = _columns.TryGetValue(column, out int index) ? (_fields[index].Line, _fields[index].Column) : (Line, 1);
        _errors.Add(new(_file, line, column1, column, message));
    }

    private static string Shortened(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : $"{text[..40]}…";

    private bool ReadHeader(ImmutableArray<string> required, ImmutableArray<string> optional, OtherTable other)
    {
        if (!_reader.Read(_fields))
        {
            _errors.Add(new(_file, 1, 1, "", $"the file is empty; begin it with the header {string.Join(',', required)}"));
            return false;
        }

        if (_fields.Count == 0)
        {
            return false;
        }

        ImmutableArray<string> known = [.. required, .. optional];
        string[] names = [.. _fields.Select(f => Shortened(f.Text.Span.Trim()))];
        if (!names.Intersect(known, StringComparer.Ordinal).Any())
        {
            _errors.Add(new(_file, Line, 1, "", $"the first line is no header of ours; write {string.Join(',', required)}"));
            return false;
        }

        if (!required.All(names.Contains) && other.Columns.All(names.Contains))
        {
            _errors.Add(new(_file, Line, 1, "", other.Message));
            return false;
        }

        _width = names.Length;
        for (int i = 0; i < names.Length; i++)
        {
            if (!known.Contains(names[i], StringComparer.Ordinal))
            {
                ErrorAt(_fields[i], $"unknown column \"{names[i]}\"{Suggestion.Ask(names[i], known, $"; remove it, the columns are {string.Join(", ", known)}")}");
            }
            else if (!_columns.TryAdd(names[i], i))
            {
                ErrorAt(_fields[i], $"column \"{names[i]}\" is there twice; remove one");
            }
        }

        foreach (string missing in required.Where(c => !_columns.ContainsKey(c)))
        {
            _errors.Add(new(_file, Line, 1, missing, "the column is missing; add it"));
        }

        return required.All(_columns.ContainsKey);
    }

    private void ErrorAt(CsvField field, string message) => _errors.Add(new(_file, field.Line, field.Column, "", message));
}
