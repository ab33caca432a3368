namespace GpuScheduler.Framework;

/// <summary>A single value as text.</summary>
public sealed class ScalarNode : DocumentNode
{
    /// <param name="file">Where it is written.</param>
    /// <param name="line">Its line, from 1.</param>
    /// <param name="column">Its column, from 1.</param>
    /// <param name="text">The value, without quotes.</param>
    /// <param name="isPlain">Written without quotes: then <c>5</c> is a number, <c>true</c> a bool and <c>null</c> nothing; in quotes all are strings.</param>
    public ScalarNode(string file, int line, int column, string text, bool isPlain)
        : base(file, line, column)
    {
        Text = text;
        IsPlain = isPlain;
    }

    public string Text { get; }

    public bool IsPlain { get; }

    public override bool IsNull => IsPlain && (Text is "" or "~" or "null" or "Null" or "NULL");

    public override string Kind =>
        IsNull ? "nothing" : !IsPlain ? "a string" : ScalarText.IsBool(Text) ? "a bool" : ScalarText.IsNumber(Text) ? "a number" : "a string";

    /// <summary>True for text that YAML reads as a string: quoted, or nothing that looks like a number, a bool or null.</summary>
    public bool IsString => !IsPlain || (!IsNull && !ScalarText.IsBool(Text) && !ScalarText.IsNumber(Text));

    public override bool SaysTheSameAs(DocumentNode other) =>
        other is ScalarNode scalar && scalar.IsString == IsString && scalar.IsNull == IsNull && (IsNull || scalar.Text == Text);
}
