using LocalCluster.Errors;

namespace LocalCluster.Reads;

/// <summary>Names the forms in which objects are answered.</summary>
internal enum Representation
{
    Json,
    Table,
    Metadata,
}

internal static class RepresentationExtensions
{
    public const string Protobuf = "application/vnd.kubernetes.protobuf";

    /// <summary>Says whether an Accept header names protocol buffers before JSON, and asks for whole objects.</summary>
    public static bool PrefersProtobuf(string accept) => accept.Split(',')[0].Trim() == Protobuf;

    /// <summary>Returns the first form of an Accept header that is served; 406 when none is.</summary>
    public static Representation Negotiate(string accept)
    {
        if (accept.Length == 0)
        {
            return Representation.Json;
        }

        foreach (var range in accept.Split(',').Select(r => r.Trim()))
        {
            var parts = range.Split(';').Select(p => p.Trim()).ToList();
            if (parts[0] is not ("application/json" or "application/*" or "*/*" or "application/yaml" or Protobuf))
            {
                continue;
            }

            var form = parts.Find(p => p.StartsWith("as=", StringComparison.Ordinal))?[3..];
            switch (form)
            {
                case null:
                    return Representation.Json;
                case not null when parts[0] == Protobuf:
                    continue;
                case "Table" when parts.Contains("v=v1"):
                    return Representation.Table;
                case "PartialObjectMetadata" or "PartialObjectMetadataList":
                    return Representation.Metadata;
            }
        }

        throw new ApiException(
            406,
            "NotAcceptable",
            "only the following media types are accepted: application/json, application/yaml, "
                + "application/vnd.kubernetes.protobuf"
        );
    }
}
