using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace GemmaInference.Api;

/// <summary>Names the fields that a request has in vain, fit for a header and a log.</summary>
internal static partial class IgnoredFields
{
    private const int Most = 5;

    /// <summary>Tells the client and the log which fields nobody knows here.</summary>
    public static void Tell(HttpContext context, IReadOnlyList<string> fields, ILogger logger)
    {
        if (fields.Count > 0)
        {
            var told = Name(fields);
            context.Response.Headers.Warning = $"299 gemma-inference \"ignored: {told}\"";
            Log.Ignored(logger, context.TraceIdentifier, told);
        }
    }

    /// <summary>Names five at most, in order, by letters that no header and no terminal takes amiss.</summary>
    public static string Name(IReadOnlyList<string> paths)
    {
        var named = paths.Take(Most).Select(path => Odd().Replace(path.Length <= 60 ? path : path[..60], "?"));
        var more = paths.Count > Most ? $", and {paths.Count - Most} more" : "";
        return string.Join(", ", named) + more;
    }

    [GeneratedRegex(@"[^A-Za-z0-9_.\[\]-]", RegexOptions.NonBacktracking)]
    private static partial Regex Odd();

    private static partial class Log
    {
        [LoggerMessage(
            21,
            LogLevel.Warning,
            "Request {RequestId} has fields that this server doesn't know and ignores: {Fields}"
        )]
        public static partial void Ignored(ILogger logger, string requestId, string fields);
    }
}
