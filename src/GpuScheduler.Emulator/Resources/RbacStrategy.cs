namespace GpuScheduler.Emulator;

/// <summary>Roles and their bindings: kept, not enforced.</summary>
internal sealed class RbacStrategy : ResourceStrategy
{
    public override NameRule NameRule => NameRule.PathSegment;
}
