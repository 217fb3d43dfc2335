using System.Runtime.CompilerServices;
using System.Text.Json.Nodes;
using LocalCluster.Storage;

namespace LocalCluster.Hooks;

/// <summary>Keeps what stored objects were parsed to, as long as they are stored.</summary>
internal sealed class Parsed<T>(Func<JsonObject, T> parse)
    where T : class
{
    private readonly ConditionalWeakTable<StoredObject, T> _known = [];

    public T Of(StoredObject stored) =>
        _known.GetValue(
            stored,
            o =>
            {
                var json = o.Copy();
                Read(json);
                return parse(json);
            }
        );

    /// <summary>Reads all of it once: nodes that were read may be read by many at the same time.</summary>
    private static void Read(JsonNode? node)
    {
        switch (node)
        {
            case JsonObject o:
                foreach (var (_, value) in o)
                {
                    Read(value);
                }

                break;
            case JsonArray a:
                foreach (var item in a)
                {
                    Read(item);
                }

                break;
        }
    }
}
