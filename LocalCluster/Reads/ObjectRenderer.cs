using System.Text.Json;
using System.Text.Json.Nodes;
using LocalCluster.Json;
using LocalCluster.Requests;
using LocalCluster.Storage;
using LocalCluster.Tables;

namespace LocalCluster.Reads;

/// <summary>Renders single objects in the form that was asked for.</summary>
internal sealed class ObjectRenderer(TimeProvider time)
{
    /// <summary>Returns UTF-8 JSON.</summary>
    /// <param name="request">Names the resource, and what of objects goes into a table.</param>
    /// <param name="o">The object.</param>
    /// <param name="representation">The form.</param>
    /// <param name="withColumns">Whether a table says what its columns are; a watch does so once.</param>
    public byte[] Render(ApiRequest request, StoredObject o, Representation representation, bool withColumns) =>
        representation switch
        {
            Representation.Table => Bytes(
                TableWriter.Write(
                    request.Resource,
                    [o.Copy()],
                    new JsonObject { ["resourceVersion"] = o.Json.Metadata().Text("resourceVersion") },
                    request.Text("includeObject"),
                    withColumns,
                    time.GetUtcNow()
                )
            ),
            Representation.Metadata => Bytes(TableWriter.Partial(o.Copy())),
            _ => EventForm.Bytes(o, request.Resource),
        };

    private static byte[] Bytes(JsonObject json) => JsonSerializer.SerializeToUtf8Bytes(json, JsonText.Options);
}
