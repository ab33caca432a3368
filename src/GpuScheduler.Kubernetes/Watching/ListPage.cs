namespace GpuScheduler.Kubernetes;

/// <summary>One page of a list: what it says of itself, and where in its bytes the items stand. Used again for each page.</summary>
internal sealed class ListPage
{
    private readonly List<Range> _items = [];

    /// <summary>Of the whole list; empty where the server gave none.</summary>
    public string ResourceVersion { get; set; } = "";

    /// <summary>Asks for the next page; empty: this is the last.</summary>
    public string Continue { get; set; } = "";

    public IReadOnlyList<Range> Items => _items;

    /// <summary>Reads a whole page; throws where any part of it is not in order, before any item is used.</summary>
    public void Read(ReadOnlySpan<byte> body, bool isProtobuf)
    {
        _items.Clear();
        (ResourceVersion, Continue) = ("", "");
        if (isProtobuf)
        {
            ProtobufReading.Page(body, this);
        }
        else
        {
            JsonReading.Page(body, this);
        }

        if (ResourceVersion.Length == 0)
        {
            throw new InvalidDataException("a list without metadata.resourceVersion");
        }
    }

    public void AddItem(ReadOnlySpan<byte> body, ReadOnlySpan<byte> item)
    {
        body.Overlaps(item, out int start);
        _items.Add(start..(start + item.Length));
    }
}
