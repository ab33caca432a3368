namespace GpuScheduler.Framework;

/// <summary>Parts of the messages about a wrong value.</summary>
internal static class ReaderWords
{
    /// <summary>The value as written, or a word for one that is too large to repeat.</summary>
    public static string Quote(DocumentNode node) => node is ScalarNode { IsNull: false } scalar ? $"\"{scalar.Text}\"" : "this";

    public static string Not(DocumentNode node, string expected) =>
        node is ScalarNode ? $"{Quote(node)} is not {expected}" : $"this is {node.Kind}, not {expected}";

    public static string Range(long min, long max) =>
        (max is int.MaxValue or long.MaxValue) && min is not (int.MinValue or long.MinValue) ? $"of at least {min}" : $"from {min} to {max}";
}
