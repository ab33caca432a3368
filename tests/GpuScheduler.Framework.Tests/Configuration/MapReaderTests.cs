using System.Collections.Immutable;

namespace GpuScheduler.Framework.Tests;

public sealed class MapReaderTests
{
    private ConfigurationErrors _errors = [];

    private enum Colour
    {
        Red,
        Green,
    }

    [SetUp]
    public void Forget() => _errors = [];

    [Test]
    public void Absent_fields_read_as_defaults()
    {
        MapReader reader = Reader(Map());
        Assert.Multiple(() =>
        {
            Assert.That(reader.Int("a", 0, 9, 5), Is.EqualTo(5));
            Assert.That(reader.IntOrNull("a", 0, 9), Is.Null);
            Assert.That(reader.Number("a", 0.5), Is.EqualTo(0.5));
            Assert.That(reader.Bool("a", true), Is.True);
            Assert.That(reader.String("a", "x"), Is.EqualTo("x"));
            Assert.That(reader.Duration("a", TimeSpan.Zero, TimeSpan.FromSeconds(1)), Is.EqualTo(TimeSpan.FromSeconds(1)));
            Assert.That(reader.Enum("a", Colour.Green), Is.EqualTo(Colour.Green));
            Assert.That(reader.QuantityText("a"), Is.Null);
            Assert.That(reader.Map("a"), Is.Null);
            Assert.That(reader.Maps("a"), Is.Empty);
            Assert.That(reader.Strings("a"), Is.Empty);
            Assert.That(reader.StringMap("a"), Is.Empty);
            Assert.That(_errors, Is.Empty);
        });
    }

    [TestCase("null")]
    [TestCase("~")]
    [TestCase("")]
    public void Nothing_counts_as_absent(string nothing)
    {
        MapReader reader = Reader(Map(("a", Plain(nothing))));
        Assert.That(reader.Has("a"), Is.False);
        Assert.That(reader.Int("a", 0, 9, 5), Is.EqualTo(5));
        reader.RejectUnknownFields();
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public void Values_are_read()
    {
        MapReader reader = Reader(Map(
            ("int", Plain("-3")), ("number", Plain("1.5e2")), ("bool", Plain("true")), ("string", Quoted("5")), ("word", Plain("w")), ("time", Plain("2026-01-31")),
            ("duration", Plain("5m")), ("enum", Plain("Green")), ("number of cores", Plain("4")), ("cores", Quoted("500m")), ("strings", List(Plain("a"), Quoted("true"))),
            ("map", Map(("k", Plain("v")), ("n", Plain("null")))), ("maps", List(Map(("k", Plain("1"))), Map()))));
        Assert.Multiple(() =>
        {
            Assert.That(reader.Int("int", -9, 9, 0), Is.EqualTo(-3));
            Assert.That(reader.Number("number", 0), Is.EqualTo(150));
            Assert.That(reader.Bool("bool", false), Is.True);
            Assert.That(reader.String("string"), Is.EqualTo("5"));
            Assert.That(reader.RequiredString("word"), Is.EqualTo("w"));
            Assert.That(reader.String("time"), Is.EqualTo("2026-01-31"));
            Assert.That(reader.Duration("duration", TimeSpan.Zero, default), Is.EqualTo(TimeSpan.FromMinutes(5)));
            Assert.That(reader.Enum("enum", Colour.Red), Is.EqualTo(Colour.Green));
            Assert.That(reader.QuantityText("number of cores"), Is.EqualTo("4"));
            Assert.That(reader.QuantityText("cores"), Is.EqualTo("500m"));
            Assert.That(reader.Strings("strings"), Is.EqualTo(new[] { "a", "true" }));
            Assert.That(reader.StringMap("map"), Is.EquivalentTo(new Dictionary<string, string> { ["k"] = "v", ["n"] = "" }));
            Assert.That(reader.Maps("maps").Select(m => m.Int("k", 0, 9, 7)), Is.EqualTo(new[] { 1, 7 }));
        });
        reader.RejectUnknownFields();
        Assert.That(_errors, Is.Empty);
    }

    [Test]
    public void Every_wrong_value_is_an_error_and_reads_as_the_default()
    {
        MapReader reader = Reader(Map(
            ("int", Plain("x")), ("big", Plain("99999999999999999999")), ("bool", Plain("yes")), ("string", Plain("true")), ("list", Map()), ("map", List()),
            ("enum", Plain("green")), ("quantity", List()), ("strings", List(Plain("a"), Plain("1")))));
        Assert.That(reader.Int("int", 0, 9, 5), Is.EqualTo(5));
        Assert.That(reader.Long("big", 0, long.MaxValue, 5), Is.EqualTo(5));
        Assert.That(reader.Bool("bool", true), Is.True);
        Assert.That(reader.String("string", "d"), Is.EqualTo("d"));
        Assert.That(reader.Items("list"), Is.Empty);
        Assert.That(reader.Map("map"), Is.Null);
        Assert.That(reader.Enum("enum", Colour.Red), Is.EqualTo(Colour.Red));
        Assert.That(reader.QuantityText("quantity"), Is.Null);
        Assert.That(reader.Strings("strings"), Is.EqualTo(new[] { "a" }));
        Assert.That(reader.RequiredString("absent"), Is.Empty);
        Assert.That(_errors.Select(e => $"{e.Path}: {e.Message}"), Is.EqualTo(new[]
        {
            "int: \"x\" is not a whole number; write one from 0 to 9",
            "big: \"99999999999999999999\" is not a whole number; write one of at least 0",
            "bool: \"yes\" is not a bool; write true or false",
            "string: true is a bool, not a string; put it in quotes: \"true\"",
            "list: this is a map; write a list (- item)",
            "map: this is a list; write a map (key: value)",
            "enum: \"green\" is unknown; did you mean \"Green\"?",
            "quantity: this is a list; write a quantity, such as 500m, 4 or 16Gi",
            "strings[1]: 1 is a number, not a string; put it in quotes: \"1\"",
            "absent: is required; add it",
        }));
    }

    [Test]
    public void Unknown_fields_are_found_in_all_maps_that_were_read()
    {
        MapReader reader = Reader(Map(("known", Plain("1")), ("knwon", Plain("1")), ("inner", Map(("a.b", Plain("1")))), ("items", List(Map(("x", Plain("1")))))));
        reader.Int("known", 0, 9, 0);
        reader.Map("inner");
        reader.Map("inner")!.String("c");
        reader.Maps("items");
        reader.RejectUnknownFields();
        Assert.That(_errors.Select(e => e.ToString()), Is.EqualTo(new[]
        {
            "f:1:1: knwon: unknown field \"knwon\"; did you mean \"known\"?",
            "f:1:1: inner[\"a.b\"]: unknown field \"a.b\"; remove it",
            "f:1:1: items[0].x: unknown field \"x\"; remove it",
        }));
    }

    [Test]
    public void The_same_error_twice_is_one_error()
    {
        MapReader reader = Reader(Map(("a", Plain("x"))));
        reader.Int("a", 0, 9, 0);
        reader.Int("a", 0, 9, 0);
        Assert.That(_errors, Has.Count.EqualTo(1));
    }

    [Test]
    public void A_node_is_part_of_one_document_only()
    {
        DocumentNode node = Plain("x");
        List(node);
        Assert.That(() => List(node), Throws.InvalidOperationException);
    }

    [Test]
    public void An_error_without_a_place_prints_without_one() =>
        Assert.That(new ConfigurationError("f", 0, 0, "", "broken").ToString(), Is.EqualTo("f: broken"));

    [Test]
    public void Two_plugins_of_one_name_make_no_catalogue()
    {
        PluginDescriptor plugin = new() { Name = "A", ExtensionPoints = ExtensionPoints.Filter, Factory = _ => throw new NotSupportedException() };
        Assert.That(() => new PluginCatalog(plugin, plugin with { IsDefault = true }), Throws.ArgumentException);
    }

    private static ScalarNode Plain(string text) => new("f", 1, 1, text, isPlain: true);

    private static ScalarNode Quoted(string text) => new("f", 1, 1, text, isPlain: false);

    private static ListNode List(params ImmutableArray<DocumentNode> items) => new("f", 1, 1, items);

    private static MapNode Map(params ImmutableArray<(string Key, DocumentNode Value)> entries) =>
        new("f", 1, 1, [.. entries.Select(e => new MapEntry(e.Key, 1, 1, e.Value))]);

    private MapReader Reader(MapNode map) => new(map, _errors);
}
