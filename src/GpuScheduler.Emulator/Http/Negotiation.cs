using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace GpuScheduler.Emulator;

/// <summary>Finds, among the forms a client accepts, the first that a resource can be had in.</summary>
internal sealed class Negotiation(IObjectTranscoder? transcoder)
{
    private readonly ConcurrentDictionary<ResourceDefinition, bool> _protobuf = [];

    public ResponseForm Of(HttpRequest request, ResourceDefinition resource)
    {
        string accept = request.Headers.Accept.ToString();
        if (accept.Length == 0) return ResponseForm.Json;
        foreach (string entry in accept.Split(',', StringSplitOptions.TrimEntries))
        {
            string[] parts = entry.Split(';', StringSplitOptions.TrimEntries);
            string form = parts.FirstOrDefault(part => part.StartsWith("as=", StringComparison.Ordinal), "as=")[3..];
            switch (parts[0])
            {
                case MediaTypes.Json when form == "Table":
                    return ResponseForm.Table;
                case MediaTypes.Json when form is "PartialObjectMetadata" or "PartialObjectMetadataList":
                    return ResponseForm.Metadata;
                case MediaTypes.Json or "*/*" or "application/*":
                    return ResponseForm.Json;
                case MediaTypes.Protobuf when form.Length == 0 && HasProtobuf(resource):
                    return ResponseForm.Protobuf;
            }
        }

        throw new ApiStatusException(406, "NotAcceptable", "only the following media types are accepted: application/json, application/vnd.kubernetes.protobuf");
    }

    public bool HasProtobuf(ResourceDefinition resource)
        => transcoder is not null && !resource.IsCustom && _protobuf.GetOrAdd(resource, static (asked, transcoder) =>
            transcoder.TryEncode(asked.ApiVersion, asked.Kind, "{\"metadata\":{}}"u8, new System.Buffers.ArrayBufferWriter<byte>()), transcoder);
}
