using System.Collections.Immutable;

namespace GpuScheduler.Emulator;

/// <summary>A field selector: <c>spec.nodeName=n1,status.phase!=Failed</c>. Terms name fields by their index; -1 and -2 are name and namespace.</summary>
internal sealed class FieldSelector(ImmutableArray<(int Field, string Value, bool Negated)> terms)
{
    private const int NameField = -1;
    private const int NamespaceField = -2;
    public static readonly FieldSelector Everything = new([]);

    public bool IsEmpty => terms.IsEmpty;

    public bool Matches(StoredObject stored)
    {
        foreach ((int field, string value, bool negated) in terms)
        {
            string actual = field switch { NameField => stored.Name, NamespaceField => stored.Namespace, _ => stored.Field(field) };
            if ((actual == value) == negated) return false;
        }

        return true;
    }

    public static FieldSelector Parse(string text, ResourceDefinition resource)
    {
        if (string.IsNullOrWhiteSpace(text)) return Everything;
        return new FieldSelector([.. text.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(term => ParseTerm(term.Trim(), text, resource))]);
    }

    private static (int Field, string Value, bool Negated) ParseTerm(string term, string whole, ResourceDefinition resource)
    {
        int equal = term.IndexOf('=', StringComparison.Ordinal);
        if (equal <= 0) throw ApiError.BadRequest($"invalid field selector \"{whole}\"; can't understand '{term}'");
        bool negated = term[equal - 1] == '!';
        string label = term[..(negated ? equal - 1 : equal)].Trim();
        string value = term[(equal + 1)..].TrimStart('=').Trim();
        int field = label switch
        {
            "metadata.name" => NameField,
            "metadata.namespace" => NamespaceField,
            _ => resource.Storage.SelectableFields.ToList().FindIndex(known => known.Label == label),
        };
        if (field == -1 && label != "metadata.name")
            throw ApiError.BadRequest($"Unable to find \"{resource.ApiVersion}, Resource={resource.Plural}\" that match label selector \"\", field selector \"{whole}\": field label not supported: {label}");
        return (field, value, negated);
    }
}
