namespace GpuScheduler.Emulator;

/// <summary>One cause of an Invalid status. <paramref name="Reason"/> is a Kubernetes cause type, such as <c>FieldValueRequired</c>.</summary>
internal readonly record struct FieldError(string Field, string Reason, string Message)
{
    public static FieldError Required(string field, string detail = "")
        => new(field, "FieldValueRequired", detail.Length == 0 ? "Required value" : $"Required value: {detail}");

    public static FieldError Invalid(string field, string value, string detail)
        => new(field, "FieldValueInvalid", $"Invalid value: {value}: {detail}");

    public static FieldError Forbidden(string field, string detail) => new(field, "FieldValueForbidden", $"Forbidden: {detail}");

    public static FieldError Duplicate(string field, string value) => new(field, "FieldValueDuplicate", $"Duplicate value: \"{value}\"");

    public static FieldError Unsupported(string field, string value, params string[] supported)
        => new(field, "FieldValueNotSupported", $"Unsupported value: \"{value}\": supported values: {string.Join(", ", supported.Select(name => $"\"{name}\""))}");

    public override string ToString() => $"{Field}: {Message}";
}
