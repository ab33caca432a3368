using System.Collections.Immutable;

namespace GpuScheduler.Framework;

/// <summary>Values in order.</summary>
public sealed class ListNode : DocumentNode
{
    /// <summary>Takes the items into the document.</summary>
    public ListNode(string file, int line, int column, ImmutableArray<DocumentNode> items)
        : base(file, line, column)
    {
        for (int i = 0; i < items.Length; i++)
        {
            items[i].SetParent(this, null, i);
        }

        Items = items;
    }

    public ImmutableArray<DocumentNode> Items { get; }

    public override string Kind => "a list";

    public override bool SaysTheSameAs(DocumentNode other) =>
        other is ListNode list && list.Items.Length == Items.Length && Items.Zip(list.Items, (a, b) => a.SaysTheSameAs(b)).All(same => same);
}
