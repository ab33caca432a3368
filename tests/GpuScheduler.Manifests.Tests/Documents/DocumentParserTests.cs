using System.Globalization;
using System.Text;
using GpuScheduler.Framework;

namespace GpuScheduler.Manifests.Tests;

public sealed class DocumentParserTests
{
    [Test]
    public void Yaml_and_json_say_the_same_in_the_same_words()
    {
        DocumentNode yaml = One("a: 1\nb: [x, 'true', true, null, ~, -1.5e3]\nc: {d: \"\\u00e9\"}\n");
        DocumentNode json = One("""{"c": {"d": "é"}, "a": 1, "b": ["x", "true", true, null, null, -1.5e3]}""", "c.json");
        Assert.That(yaml.SaysTheSameAs(json), Is.True);
        Assert.That(yaml.SaysTheSameAs(One("a: '1'\nb: [x, 'true', true, null, ~, -1.5e3]\nc: {d: é}\n")), Is.False);
    }

    [TestCase("a:\n- b\n- é: \"x\"\n", "c.yaml")]
    [TestCase("{\"a\":\n [\"b\",\n  {\"é\":  \"x\"}]}", "c.json")]
    public void A_value_knows_its_line_column_and_path(string text, string file)
    {
        ListNode list = (ListNode)((MapNode)One(text, file))["a"]!;
        DocumentNode value = ((MapNode)list.Items[1])["é"]!;
        string[] lines = text.Split('\n');
        int line = Array.FindIndex(lines, l => l.Contains("\"x\"", StringComparison.Ordinal));
        Assert.That((value.Line, value.Column), Is.EqualTo((line + 1, lines[line].IndexOf("\"x\"", StringComparison.Ordinal) + 1)));
        Assert.That(value.Path, Is.EqualTo("a[1][\"é\"]"));
        Assert.That(value.File, Is.EqualTo(file));
    }

    [Test]
    public void A_file_holds_any_number_of_documents_and_empty_ones_do_not_count()
    {
        Assert.That(Parse("---\na: 1\n---\n# nothing\n---\nb: 2\n...\n", out _), Has.Length.EqualTo(2));
        Assert.That(Parse("{\"a\": 1}\n{\"b\": 2}", out _, "c.json"), Has.Length.EqualTo(2));
        Assert.That(Parse("", out ConfigurationErrors errors), Is.Empty);
        Assert.That(errors, Is.Empty);
    }

    [Test]
    public void A_byte_order_mark_is_passed_over() => Assert.That(One("\uFEFFa: 1").Kind, Is.EqualTo("a map"));

    [Test]
    public void Yaml_in_braces_is_read_where_the_name_does_not_say_json()
    {
        Assert.That(One("{a: 1}").SaysTheSameAs(One("a: 1")), Is.True);
        Assert.That(Errors("{a: 1}", "c.json").Single(), Does.StartWith("c.json:1:2: the file is not valid JSON: 'a' is an invalid start of a property name"));
    }

    [TestCase("a: [1, 2", "c.yaml:2:1: the file is not valid YAML: ")]
    [TestCase("a: 1\n  b: 2\n", "c.yaml:2:4: the file is not valid YAML: ")]
    [TestCase("a: \"unfinished\n", "c.yaml:1:4: the file is not valid YAML: ")]
    [TestCase("a: b\n\tc: d", "c.yaml:2:1: the file is not valid YAML: ")]
    [TestCase("a: *b", "c.yaml:1:4: nothing above is anchored as &b; in quotes, \"*b\" is a string")]
    [TestCase("a: &b [*b]", "c.yaml:1:8: nothing above is anchored as &b; in quotes, \"*b\" is a string")]
    [TestCase("a: &x {b: 1}\nc: {<<: *x}", "c.yaml:2:5: merge keys (<<) are not read; write the fields out")]
    [TestCase("a: !Ref b", "c.yaml:1:4: the tag !Ref is not read; remove it")]
    [TestCase("? [1]\n: 2", "c.yaml:1:3: a key has to be a string; write key: value, and put a key that begins with {, [ or * in quotes")]
    public void Malformed_yaml_names_line_and_column(string text, string expected) =>
        Assert.That(Errors(text).Single(), Does.StartWith(expected));

    [TestCase("{\"a\": [1, \"2\"", "c.json:1:14: the file is not valid JSON: it ends within a value; complete it")]
    [TestCase("{\n\"a\" 1}", "c.json:2:5: the file is not valid JSON: '1' is invalid after a property name. Expected a ':'; correct it here or just before")]
    [TestCase("{\"a\": \"\\ud800\"}", "c.json:1:7: the file is not valid JSON: a string has half of a \\u surrogate pair; write both halves")]
    public void Malformed_json_names_line_and_column(string text, string expected) =>
        Assert.That(Errors(text, "c.json").Single(), Does.StartWith(expected));

    [TestCase("a: 1\nb: {c: 1, d: 2, c: 3}\na: 4\n", "c.yaml")]
    [TestCase("{\"a\": 1,\n \"b\": {\"c\": 1, \"d\": 2, \"c\": 3},\n \"a\": 4}", "c.json")]
    public void A_key_written_twice_is_an_error_with_both_places(string text, string file)
    {
        string[] errors = Errors(text, file);
        Assert.That(errors, Has.Length.EqualTo(2));
        Assert.That(errors[0], Does.EndWith(": b.c: \"c\" is written twice (first on line 2); remove one").And.StartWith($"{file}:2:"));
        Assert.That(errors[1], Does.EndWith(": a: \"a\" is written twice (first on line 1); remove one").And.StartWith($"{file}:3:"));
    }

    [Test]
    public void An_alias_repeats_what_it_names()
    {
        DocumentNode node = One("a: &x {b: [1, c]}\nd: *x\n");
        Assert.That(node.SaysTheSameAs(One("a: {b: [1, c]}\nd: {b: [1, c]}\n")), Is.True);
        Assert.That(((MapNode)((MapNode)node)["d"]!)["b"]!.Path, Is.EqualTo("d.b"));
    }

    [Test]
    public void A_billion_laughs_are_refused_in_one_message()
    {
        StringBuilder bomb = new("a0: &a0 [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
        for (int i = 1; i < 30; i++)
        {
            string again = string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 9));
            bomb.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [{again}]\n");
        }

        Assert.That(Errors(bomb.ToString()).Single(), Does.Match(@"^c\.yaml:\d+:\d+: aliases \(\*name\) repeat more than 10000 values; write them out$"));
    }

    [Test]
    public void Aliases_that_nest_without_end_are_refused()
    {
        StringBuilder deep = new("a0: &a0 [x]\n");
        for (int i = 1; i < 5000; i++)
        {
            deep.Append(CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}]\n");
        }

        Assert.That(Errors(deep.ToString()).Single(), Does.Contain("is nested more than 100 levels deep").Or.Contain("repeat more than"));
    }

    [TestCase("c.yaml", "{\"a\":", "}")]
    [TestCase("c.json", "[", "]")]
    [TestCase("c.yaml", "[", "]")]
    public void What_is_nested_too_deep_is_refused(string file, string open, string close)
    {
        string text = string.Concat(Enumerable.Repeat(open, 20_000)) + "1" + string.Concat(Enumerable.Repeat(close, 20_000));
        Assert.That(Errors(text, file).Single(), Does.EndWith("is nested more than 100 levels deep; flatten it"));
    }

    [Test]
    public void Depth_up_to_the_limit_is_read()
    {
        string text = string.Concat(Enumerable.Repeat("[", 99)) + "1" + string.Concat(Enumerable.Repeat("]", 99));
        Assert.That(Errors(text, "c.json"), Is.Empty);
        Assert.That(Errors(text), Is.Empty);
    }

    [Test]
    public void A_file_that_is_too_large_is_refused()
    {
        ConfigurationErrors errors = [];
        DocumentParser.Parse("c.yaml", new string('a', 11), new DocumentOptions { MaxBytes = 10 }, errors);
        Assert.That(errors.Single().ToString(), Is.EqualTo("c.yaml: the file has 11 bytes and at most 10 are read; split it"));
    }

    [TestCase("c.json")]
    [TestCase("c.yaml")]
    public void A_file_with_too_many_values_is_refused(string file)
    {
        ConfigurationErrors errors = [];
        DocumentParser.Parse(file, "[1, 2,\n3, 4]", new DocumentOptions { MaxNodes = 3 }, errors);
        Assert.That(errors.Single().ToString(), Is.EqualTo($"{file}:2:4: has more than 3 values; split the file"));
    }

    [Test]
    public void Text_that_is_not_utf8_is_refused()
    {
        ConfigurationErrors errors = [];
        DocumentParser.Parse("c.yaml", [0x61, 0xff], DocumentOptions.HandWritten, errors);
        Assert.That(errors.Single().ToString(), Is.EqualTo("c.yaml: the file is not UTF-8 text; save it as UTF-8"));
    }

    [TestCase("a: 1\nskip: {b: [1, {c: 2}]}\nd: {skip: x, e: [1]}\n", "c.yaml")]
    [TestCase("{\"a\": 1, \"skip\": {\"b\": [1, {\"c\": 2}]}, \"d\": {\"skip\": \"x\", \"e\": [1]}}", "c.json")]
    public void Skipped_keys_are_left_out_with_all_below_them(string text, string file)
    {
        DocumentNode node = DocumentParser.ParseOne(file, text, new DocumentOptions { SkippedKeys = ["skip"] }, [])!;
        Assert.That(node.SaysTheSameAs(One("a: 1\nd: {e: [1]}\n")), Is.True);
    }

    [TestCase("5", "a number")]
    [TestCase("0x1F", "a number")]
    [TestCase(".inf", "a number")]
    [TestCase("'5'", "a string")]
    [TestCase("!!str 5", "a string")]
    [TestCase("5m", "a string")]
    [TestCase("-", "nothing")]
    [TestCase("yes", "a bool")]
    [TestCase("~", "nothing")]
    [TestCase("2026-01-31", "a string")]
    [TestCase("1.2.3", "a string")]
    public void An_unquoted_value_is_what_yaml_1_1_makes_of_it(string text, string kind) =>
        Assert.That(((MapNode)One($"a: {(text == "-" ? "" : text)}\n"))["a"]!.Kind, Is.EqualTo(kind));

    private static DocumentNode[] Parse(string text, out ConfigurationErrors errors, string file = "c.yaml")
    {
        errors = [];
        return [.. DocumentParser.Parse(file, text, new DocumentOptions(), errors)];
    }

    private static DocumentNode One(string text, string file = "c.yaml")
    {
        DocumentNode[] documents = Parse(text, out ConfigurationErrors errors, file);
        Assert.That(errors, Is.Empty);
        return documents.Single();
    }

    private static string[] Errors(string text, string file = "c.yaml")
    {
        Parse(text, out ConfigurationErrors errors, file);
        return [.. errors.Select(e => e.ToString())];
    }
}
