namespace GpuScheduler.Framework;

/// <summary>The <c>apiVersion</c> and <c>kind</c> that head what a person configures.</summary>
public static class ApiObject
{
    /// <summary>Adds errors where an object is not of this version and kind.</summary>
    /// <param name="reader">The object.</param>
    /// <param name="apiVersion">What <c>apiVersion</c> must say.</param>
    /// <param name="kind">What <c>kind</c> must say.</param>
    /// <param name="isOptional">Both may be absent.</param>
    public static void Require(MapReader reader, string apiVersion, string kind, bool isOptional = false)
    {
        RequireField(reader, "apiVersion", apiVersion, isOptional);
        RequireField(reader, "kind", kind, isOptional);
    }

    private static void RequireField(MapReader reader, string key, string expected, bool isOptional)
    {
        if (!reader.Has(key))
        {
            if (!isOptional)
            {
                reader.Error(key, $"is required; add {key}: {expected}");
            }

            return;
        }

        string actual = reader.String(key, expected);
        if (actual != expected)
        {
            reader.Error(key, $"\"{actual}\" is not read here; write {expected}");
        }
    }
}
