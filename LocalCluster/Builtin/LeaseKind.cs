using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using LocalCluster.Errors;
using LocalCluster.Json;

namespace LocalCluster.Builtin;

internal sealed partial class LeaseKind : BuiltinKind
{
    public override IEnumerable<FieldError> Validate(JsonObject json, JsonObject? before)
    {
        foreach (var field in new[] { "acquireTime", "renewTime" })
        {
            if (json.Object("spec").Text(field) is { } time && !MicroTime().IsMatch(time))
            {
                var shown = JsonValue.Create(json.ToJsonString(JsonText.Options)).Write();
                yield return FieldError.Invalid(
                    "patch",
                    shown,
                    $"parsing time \"{time}\" as \"2006-01-02T15:04:05.000000Z07:00\": cannot "
                        + "parse \"Z\" as \".000000\""
                );
            }
        }
    }

    [GeneratedRegex(
        @"\A[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}(?:Z|[-+][0-9]{2}:[0-9]{2})\z",
        RegexOptions.NonBacktracking
    )]
    private static partial Regex MicroTime();
}
