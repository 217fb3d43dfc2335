using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

/// <summary>Checks RuntimeClasses (pkg/apis/node/validation).</summary>
internal sealed partial class RuntimeClassKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        var handler = json.Text("handler") ?? "";
        if (handler.Length > 63 || !Label().IsMatch(handler))
        {
            yield return FieldError.Invalid(
                "handler",
                JsonValue.Create(handler).Write(),
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start "
                    + "and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for "
                    + "validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
            );
        }

        if (before is not null && handler != before.Text("handler"))
        {
            yield return FieldError.Invalid("handler", JsonValue.Create(handler).Write(), "field is immutable");
        }
    }

    [GeneratedRegex(@"\A[a-z0-9](?:[-a-z0-9]*[a-z0-9])?\z", RegexOptions.NonBacktracking)]
    private static partial Regex Label();
}
