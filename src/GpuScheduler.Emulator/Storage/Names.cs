using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace GpuScheduler.Emulator;

/// <summary>The rules for names, label keys and label values (k8s.io/apimachinery, pkg/util/validation), with its sentences.</summary>
internal static partial class Names
{
    private const string SubdomainText = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string LabelText = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string QualifiedText = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string ValueText = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    /// <summary>What is wrong with an object's name; null when nothing is.</summary>
    public static string? Problem(string name, NameRule rule) => rule switch
    {
        NameRule.Label when name.Length > 63 => "must be no more than 63 bytes",
        NameRule.Label => Label().IsMatch(name) ? null : LabelText,
        NameRule.PathSegment => name is "." or ".." || name.AsSpan().ContainsAny('/', '%') ? "may not be '.' or '..' and may not contain '/' or '%'" : null,
        _ when name.Length > 253 => "must be no more than 253 bytes",
        _ => Subdomain().IsMatch(name) ? null : SubdomainText,
    };

    public static void CheckKeys(string field, JsonObject map, List<FieldError> errors)
    {
        foreach ((string key, _) in map)
        {
            int slash = key.IndexOf('/', StringComparison.Ordinal);
            string name = key[(slash + 1)..];
            if (slash == 0) errors.Add(FieldError.Invalid(field, $"\"{key}\"", "prefix part must be non-empty"));
            if (slash > 0 && Problem(key[..slash], NameRule.Subdomain) is { } problem) errors.Add(FieldError.Invalid(field, $"\"{key}\"", "prefix part " + problem));
            if (name.Length > 63) errors.Add(FieldError.Invalid(field, $"\"{key}\"", "name part must be no more than 63 bytes"));
            if (!Qualified().IsMatch(name)) errors.Add(FieldError.Invalid(field, $"\"{key}\"", QualifiedText));
        }
    }

    public static void CheckLabels(string field, JsonObject labels, List<FieldError> errors)
    {
        CheckKeys(field, labels, errors);
        foreach ((_, JsonNode? node) in labels)
        {
            string value = node.AsText();
            if (value.Length > 63) errors.Add(FieldError.Invalid(field, $"\"{value}\"", "must be no more than 63 bytes"));
            else if (value.Length > 0 && !Qualified().IsMatch(value)) errors.Add(FieldError.Invalid(field, $"\"{value}\"", ValueText));
        }
    }

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\\z")]
    private static partial Regex Subdomain();

    [GeneratedRegex("^[a-z0-9]([-a-z0-9]*[a-z0-9])?\\z")]
    private static partial Regex Label();

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\\z")]
    private static partial Regex Qualified();
}
