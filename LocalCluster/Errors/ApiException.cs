using System.Text.Json.Nodes;

namespace LocalCluster.Errors;

/// <summary>Carries a refusal, in the words of the API server's Status object.</summary>
internal sealed class ApiException(int code, string reason, string message, JsonObject? details = null)
    : Exception(message)
{
    public int Code { get; } = code;

    public string Reason { get; } = reason;

    public JsonObject? Details { get; } = details;

    public JsonObject ToStatus()
    {
        var status = new JsonObject
        {
            ["kind"] = "Status",
            ["apiVersion"] = "v1",
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = Message,
        };
        if (Reason.Length > 0)
        {
            status["reason"] = Reason;
        }

        if (Details is not null)
        {
            status["details"] = Details.DeepClone();
        }

        status["code"] = Code;
        return status;
    }

    public static ApiException NotFound(string resource, string group, string name) =>
        new(404, "NotFound", $"{Qualified(resource, group)} \"{name}\" not found", DetailsOf(name, group, resource));

    /// <summary>Makes the answer for paths that nothing is served at.</summary>
    public static ApiException NoSuchPath() =>
        new(404, "NotFound", "the server could not find the requested resource", []);

    public static ApiException AlreadyExists(string resource, string group, string name) =>
        new(
            409,
            "AlreadyExists",
            $"{Qualified(resource, group)} \"{name}\" already exists",
            DetailsOf(name, group, resource)
        );

    public static ApiException Conflict(string resource, string group, string name, string why) =>
        new(
            409,
            "Conflict",
            $"Operation cannot be fulfilled on {Qualified(resource, group)} \"{name}\": {why}",
            DetailsOf(name, group, resource)
        );

    public static ApiException Modified(string resource, string group, string name) =>
        Conflict(
            resource,
            group,
            name,
            "the object has been modified; please apply your changes to the latest version and try again"
        );

    public static ApiException BadRequest(string message) => new(400, "BadRequest", message);

    public static ApiException Unauthorized() => new(401, "Unauthorized", "Unauthorized");

    public static ApiException Expired(string message) => new(410, "Expired", message);

    public static ApiException MethodNotAllowed() =>
        new(405, "MethodNotAllowed", "the server does not allow this method on the requested resource", []);

    /// <summary>Makes a 422 with its causes; several errors are listed in brackets.</summary>
    public static ApiException Invalid(string kind, string group, string name, IReadOnlyList<FieldError> errors)
    {
        var text = errors.Count == 1 ? errors[0].ToString() : $"[{string.Join(", ", errors)}]";
        var details = DetailsOf(name, group, kind);
        details["causes"] = new JsonArray([
            .. errors.Select(e =>
                (JsonNode)
                    new JsonObject
                    {
                        ["reason"] = e.Reason,
                        ["message"] = e.Message,
                        ["field"] = e.Field,
                    }
            ),
        ]);
        return new ApiException(422, "Invalid", $"{Qualified(kind, group)} \"{name}\" is invalid: {text}", details);
    }

    public static string Qualified(string resource, string group) =>
        group.Length == 0 ? resource : $"{resource}.{group}";

    private static JsonObject DetailsOf(string name, string group, string kind)
    {
        var details = new JsonObject();
        if (name.Length > 0)
        {
            details["name"] = name;
        }

        if (group.Length > 0)
        {
            details["group"] = group;
        }

        details["kind"] = kind;
        return details;
    }
}
