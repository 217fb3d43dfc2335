using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace LocalCluster.Tests.Replay;

/// <summary>Sends recorded requests to a cluster, one after the other, and reports how the answers differ.</summary>
internal sealed partial class Player(ApiServer cluster, HttpClient http)
{
    private readonly Substitutes _substitutes = new();

    /// <summary>Returns the differences by step: <c>title</c> and <c>what</c>.</summary>
    /// <param name="scenario">The recording.</param>
    /// <param name="isSent">Whether a step is played at all.</param>
    public async Task<IReadOnlyList<(string Step, string Difference)>> PlayAsync(
        JsonObject scenario,
        Func<string, bool> isSent
    )
    {
        await PrepareAsync(scenario);
        var differences = new List<(string, string)>();
        foreach (var step in scenario["steps"]!.AsArray().OfType<JsonObject>())
        {
            var title = (string)step["title"]!;
            if (!isSent(title))
            {
                differences.Add((title, LeftOut.NotSent));
                continue;
            }

            differences.AddRange(
                (await StepAsync(title, step["request"]!.AsObject(), step["response"]!.AsObject())).Select(d =>
                    (title, d)
                )
            );
        }

        return differences;
    }

    /// <summary>Makes what was there before the first step, unless another scenario has made it.</summary>
    private async Task PrepareAsync(JsonObject scenario)
    {
        foreach (var given in (scenario["given"] as JsonArray ?? []).OfType<JsonObject>())
        {
            using var message = new HttpRequestMessage(
                HttpMethod.Post,
                new Uri(cluster.Endpoint, (string)given["path"]!)
            );
            message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", cluster.Token);
            message.Content = new StringContent(given["body"]!.ToJsonString(), Encoding.UTF8, "application/json");
            using var response = await http.SendAsync(message);
        }
    }

    private string TokenOf(string title, JsonObject request) =>
        (string?)request["as"] is { } account ? cluster.TokenFor(account.Split('/')[0], account.Split('/')[1])
        : title is "unauthorised" ? "nobody"
        : title is "forbidden list" or "forbidden watch" or "forbidden status" or "access review"
            ? cluster.TokenFor("t", "weak")
        : cluster.Token;

    private async Task<IReadOnlyList<string>> StepAsync(string title, JsonObject request, JsonObject recorded)
    {
        using var message = new HttpRequestMessage(
            new HttpMethod((string)request["method"]!),
            new Uri(cluster.Endpoint, PathOf(request))
        );
        message.Headers.Authorization = new AuthenticationHeaderValue("Bearer", TokenOf(title, request));
        foreach (var (name, value) in request["headers"] as JsonObject ?? [])
        {
            message.Headers.TryAddWithoutValidation(name, (string)value!);
        }

        message.Headers.TryAddWithoutValidation("Accept", (string?)request["accept"] ?? "application/json");
        if (request["body"] is { } body)
        {
            var text =
                body is JsonValue raw && raw.TryGetValue<string>(out var plain)
                    ? plain
                    : Written(Repaired(body, recorded));
            message.Content = new StringContent(_substitutes.Apply(text), Encoding.UTF8);
            message.Content.Headers.ContentType = new MediaTypeHeaderValue(
                (string?)request["contentType"] ?? "application/json"
            );
        }

        using var response = await http.SendAsync(message);
        var answered = await response.Content.ReadAsStringAsync();
        var differences = new List<string>();
        if ((int)response.StatusCode != (int)recorded["status"]!)
        {
            differences.Add($"status: {(int)response.StatusCode} instead of {recorded["status"]}");
        }

        if (
            response.Content.Headers.ContentType?.ToString().Replace("; ", ";", StringComparison.Ordinal)
                != ((string?)recorded["contentType"])?.Replace("; ", ";", StringComparison.Ordinal)
            && recorded["events"] is null
        )
        {
            differences.Add(
                $"contentType: {response.Content.Headers.ContentType} instead of {recorded["contentType"]}"
            );
        }

        var warnings = response.Headers.TryGetValues("Warning", out var values) ? string.Join('|', values) : "";
        var wanted = recorded["warning"] is JsonArray w ? string.Join('|', w.Select(x => (string)x!)) : "";
        if (warnings != wanted)
        {
            differences.Add($"warning: {warnings} instead of {wanted}");
        }

        if (recorded["events"] is JsonArray events)
        {
            var lines = new JsonArray([
                .. answered.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(l => JsonNode.Parse(l)),
            ]);
            _substitutes.Learn(events, lines);
            differences.AddRange(Comparison.Between(events, lines, "events"));
        }
        else
        {
            var actual = answered.StartsWith('{') ? JsonNode.Parse(answered) : JsonValue.Create(answered);
            _substitutes.Learn(recorded["body"], actual);
            differences.AddRange(Comparison.Between(recorded["body"], actual, "body"));
        }

        return differences;
    }

    /// <summary>
    /// Returns a request's path with versions and continue tokens of the recording replaced, and waits shortened.
    /// </summary>
    private string PathOf(JsonObject request)
    {
        var path = Version()
            .Replace(
                (string)request["path"]!,
                m => $"resourceVersion={_substitutes.Version(m.Groups["version"].Value)}"
            );
        return _substitutes.Apply(Timeout().Replace(path, "timeoutSeconds=1"));
    }

    private string Written(JsonNode body)
    {
        _substitutes.ApplyVersions(body);
        return body.ToJsonString();
    }

    /// <summary>The recorder kept one body for several requests: owners are those that the answer shows.</summary>
    private static JsonNode Repaired(JsonNode body, JsonObject recorded)
    {
        var copy = body.DeepClone();
        if (
            copy is JsonObject
            && copy["metadata"]?["ownerReferences"] is not null
            && (recorded["body"] as JsonObject)?["metadata"]?["ownerReferences"] is { } owners
        )
        {
            copy["metadata"]!["ownerReferences"] = owners.DeepClone();
        }

        return copy;
    }

    [GeneratedRegex("resourceVersion=(?<version>\\d+)", RegexOptions.None, 1000)]
    private static partial Regex Version();

    [GeneratedRegex("timeoutSeconds=\\d+", RegexOptions.None, 1000)]
    private static partial Regex Timeout();
}
