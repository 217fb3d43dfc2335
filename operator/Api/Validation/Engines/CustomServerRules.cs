using System.Text.Json;
using GemmaOperator.Api.Engines;
using GemmaOperator.Api.Validation.Pods;

namespace GemmaOperator.Api.Validation.Engines;

/// <summary>Checks what a spec states of a server of the base's own.</summary>
internal static class CustomServerRules
{
    private const int MostWords = 32;

    private const int LongestWord = 4096;

    private const int LongestBody = 4096;

    public static void Check(string path, CustomServerSpec custom, Findings findings)
    {
        if (custom.Command is not { Count: > 0 })
        {
            findings.Add($"{path}.command", "it is empty", "name the program to start");
        }

        CheckWords($"{path}.command", custom.Command, findings);
        CheckWords($"{path}.args", custom.Args, findings);
        var probes = custom.Probes ?? new CustomProbesSpec();
        CheckPath($"{path}.probes.path", probes.Path, findings);
        CheckPath($"{path}.probes.startupPath", probes.StartupPath, findings, isOptional: true);
        CheckPath($"{path}.probes.livenessPath", probes.LivenessPath, findings, isOptional: true);
        findings.Range($"{path}.probes.port", probes.Port, 1024, 65535);
        if (custom.SmokeTest is { } asked)
        {
            CheckPath($"{path}.smokeTest.path", asked.Path, findings);
            findings.Range($"{path}.smokeTest.status", asked.Status, 200, 599);
            CheckBody($"{path}.smokeTest.body", asked.Body ?? "", findings);
        }
    }

    private static void CheckBody(string path, string body, Findings findings)
    {
        findings.AtMost(path, body, LongestBody);
        // Characters outside of the basic plane are two each.
        if (body.Length is > 0 and <= 2 * LongestBody && !IsJson(body))
        {
            findings.Add(path, "it isn't JSON", "write JSON, or nothing for a GET");
        }
    }

    private static void CheckPath(string path, string? text, Findings findings, bool isOptional = false)
    {
        if (!isOptional || text is { Length: > 0 })
        {
            findings.Text(
                path,
                text,
                HttpPath.Longest,
                HttpPath.Syntax(),
                "the path of a request",
                "begin with / and use only characters that a URL may have"
            );
        }
    }

    private static void CheckWords(string path, IReadOnlyList<string>? words, Findings findings)
    {
        findings.Most(path, words?.Count, MostWords);
        foreach (var (i, word) in (words ?? []).Index())
        {
            findings.Text(
                $"{path}[{i}]",
                word,
                LongestWord,
                Syntax.OneLine(),
                "text on one line",
                "leave out line breaks and control characters; mount a script from a ConfigMap"
            );
        }
    }

    private static bool IsJson(string text)
    {
        try
        {
            using var _ = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 32 });
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
