namespace GpuScheduler.Emulator;

/// <summary>Which names an object may have.</summary>
internal enum NameRule
{
    /// <summary>RFC 1123 subdomain, at most 253 characters.</summary>
    Subdomain,

    /// <summary>RFC 1123 label, at most 63 characters.</summary>
    Label,

    /// <summary>Any path segment: RBAC names may hold colons.</summary>
    PathSegment,
}
