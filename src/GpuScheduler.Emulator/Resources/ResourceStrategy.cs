using System.Text.Json.Nodes;

namespace GpuScheduler.Emulator;

/// <summary>What the API server does to the objects of a resource beside storing them: defaults, validation, side effects. Called under the store's lock.</summary>
internal class ResourceStrategy
{
    public static readonly ResourceStrategy Plain = new();

    /// <summary>Whether names are DNS labels (63 characters, no dots) rather than subdomains.</summary>
    public virtual NameRule NameRule => NameRule.Subdomain;

    /// <summary>Whether a delete answers with the deleted object rather than a Status.</summary>
    public virtual bool ReturnsDeletedObject => false;

    /// <summary>Whether an update may leave out the resourceVersion.</summary>
    public virtual bool AllowsUnconditionalUpdate => true;

    /// <summary>Whether an update of what does not exist creates it.</summary>
    public virtual bool CreatesOnUpdate => false;

    /// <summary>Defaults and admission of a new object. May throw an <see cref="ApiStatusException"/>.</summary>
    public virtual void PrepareForCreate(JsonObject document, ObjectStore store)
    {
    }

    public virtual void PrepareForUpdate(JsonObject document, JsonObject old, ObjectStore store)
    {
    }

    public virtual void Validate(JsonObject document, List<FieldError> errors)
    {
    }

    public virtual void ValidateUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
    }

    /// <summary>As <see cref="ValidateUpdate"/>, of a write to the status alone.</summary>
    public virtual void ValidateStatusUpdate(JsonObject document, JsonObject old, List<FieldError> errors)
    {
    }

    /// <summary>Seconds that an object lives on after its deletion was asked for; 0 removes it at once.</summary>
    public virtual long GracePeriod(JsonObject document, long? asked) => 0;

    /// <summary>Whether even an object that is removed at once is first written with its deletion's time, so that watches see both.</summary>
    public virtual bool MarksBeforeRemoval => false;

    /// <summary>After a write was committed; <paramref name="old"/> is null for a create, <paramref name="now"/> for a removal.</summary>
    public virtual void Committed(StoredObject? old, StoredObject? now, ObjectStore store)
    {
    }
}
