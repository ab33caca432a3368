using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>Leases: written only over the version that was read, so that two candidates cannot both win.</summary>
internal sealed class LeaseStrategy : ResourceStrategy
{
    public override bool AllowsUnconditionalUpdate => false;

    public override bool CreatesOnUpdate => true;

    public override void Validate(JsonObject document, List<FieldError> errors)
    {
        if (document.At("spec", "leaseDurationSeconds") is { } duration && duration.Number() is not > 0)
            errors.Add(FieldError.Invalid("spec.leaseDurationSeconds", duration.ToJsonString(), "must be greater than 0"));
        if (document.At("spec", "leaseTransitions") is { } transitions && transitions.Number() is not >= 0)
            errors.Add(FieldError.Invalid("spec.leaseTransitions", transitions.ToJsonString(), "must be greater than or equal to 0"));
    }
}
