using GemmaOperator.Runtime.Contracts;
using GemmaOperator.Text;

namespace GemmaOperator.Cluster.Faults;

/// <summary>
/// Says that the API server doesn't take an object as we write it: a policy, a quota, RBAC, a rule that only it knows.
/// The same request fails until the spec or the policy changes, of which nothing may tell us.
/// </summary>
/// <param name="Message">The fields of the spec that it came from, where they are known, and the server's
/// words.</param>
internal sealed record ObjectRefusal(string Message)
{
    /// <summary>Bounds the server's words, in UTF-8 bytes: a policy engine may list all that it knows.</summary>
    private const int MaxBytes = 600;

    /// <summary>Bounds how many fields are named.</summary>
    private const int MostFields = 4;

    /// <summary>Bounds a field's path in characters: keys of maps are the user's.</summary>
    private const int PathLength = 120;

    /// <summary>Reads a refusal; see <see cref="KubeApiException.IsRefusal"/>.</summary>
    /// <param name="e">What the API server said.</param>
    /// <param name="fields">Where the fields of that object come from.</param>
    public static ObjectRefusal Of(KubeApiException e, SpecFields fields)
    {
        var named = (e.Status?.Details?.Causes ?? [])
            .Select(cause => fields.Find(cause.Field))
            .OfType<string>()
            .Where(field => field.Length <= PathLength && !UntrustedText.HasControl(field))
            .Distinct(StringComparer.Ordinal)
            .Take(MostFields)
            .ToList();
        var what = $"{e.Request.Verb} {e.Request.Resource}{(e.Request.Name is { } name ? $" {name}" : "")}";
        return new ObjectRefusal(
            (named.Count > 0 ? $"{string.Join(", ", named)}: " : "")
                + $"the API server refuses to {what}: {Words(e)}; it is tried again by itself"
        );
    }

    private static string Words(KubeApiException e)
    {
        var said = string.IsNullOrWhiteSpace(e.Status?.Message) ? e.Message : e.Status.Message;
        var line = MaskedLog.Clean(said).ReplaceLineEndings(" ").Trim().TrimEnd('.', ' ');
        return Truncation.Head(line, MaxBytes);
    }
}
