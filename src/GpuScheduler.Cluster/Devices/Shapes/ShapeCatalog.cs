using System.Collections.Frozen;
using System.Collections.Immutable;

namespace GpuScheduler.Cluster;

/// <summary>Shapes by name: those that come with the program, and those that a configuration adds.</summary>
public sealed class ShapeCatalog
{
    /// <summary>The shapes that come with the program.</summary>
    public static readonly ShapeCatalog BuiltIn = new(BuiltInShapes.All);

    private readonly FrozenDictionary<string, NamedShape> _byName;
    private readonly FrozenDictionary<(string Product, int Count), NamedShape> _byProduct;

    private ShapeCatalog(ImmutableArray<NamedShape> shapes)
    {
        Shapes = shapes;
        _byName = shapes.ToFrozenDictionary(s => s.Name, StringComparer.Ordinal);
        _byProduct = shapes.SelectMany(s => s.Products.Select(p => (Key: (p, s.Shape.Count), Shape: s))).ToFrozenDictionary(s => s.Key, s => s.Shape);
    }

    public ImmutableArray<NamedShape> Shapes { get; }

    public ImmutableArray<string> Names => [.. Shapes.Select(s => s.Name)];

    /// <summary>The same with more shapes; one of a built-in's name replaces it.</summary>
    public ShapeCatalog With(ImmutableArray<NamedShape> more) =>
        more.IsEmpty ? this : new([.. Shapes.Where(s => more.All(m => m.Name != s.Name)), .. more]);

    public NamedShape? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>
    /// How any two devices of a node are linked, where model and number of devices alone tell: as any two are linked alike, no matter which is which. Null elsewhere.
    /// </summary>
    /// <param name="product">The model, as feature discovery spells it.</param>
    /// <param name="count">How many the node has, broken ones included.</param>
    public Link? LinkOf(string product, int count) => _byProduct.GetValueOrDefault((product, count))?.Shape.LinkBetween(0, 1);
}
