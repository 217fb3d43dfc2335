using System.Collections.Frozen;
using System.Globalization;

namespace LocalCluster.Protobuf;

/// <summary>
/// Knows the messages of the built-in kinds, from <c>messages.txt</c>: what Kubernetes' generated.proto and its Go
/// types say, and no more than numbers, names and types.
/// </summary>
internal static class MessageTable
{
    private static readonly FrozenDictionary<string, IReadOnlyList<MessageField>> Messages = Read();

    /// <summary>Returns a message's fields; null when it isn't known.</summary>
    public static IReadOnlyList<MessageField>? Find(string message) => Messages.GetValueOrDefault(message);

    /// <summary>Returns the message of a kind; null when it has none here.</summary>
    public static string? MessageOf(string apiVersion, string kind)
    {
        var parts = apiVersion.Split('/');
        var package = (kind, parts) switch
        {
            ("Status" or "DeleteOptions", _) => "meta.v1",
            (_, [var version]) => $"core.{version}",
            (_, [var group, var version, ..]) => $"{group.Split('.')[0]}.{version}",
            _ => "",
        };
        return Messages.ContainsKey($"{package}.{kind}") ? $"{package}.{kind}" : null;
    }

    private static FrozenDictionary<string, IReadOnlyList<MessageField>> Read()
    {
        using var stream = typeof(MessageTable).Assembly.GetManifestResourceStream(
            "LocalCluster.Protobuf.messages.txt"
        )!;
        using var reader = new StreamReader(stream);
        var messages = new Dictionary<string, IReadOnlyList<MessageField>>(StringComparer.Ordinal);
        List<MessageField> fields = [];
        while (reader.ReadLine() is { } line)
        {
            if (line.StartsWith("  ", StringComparison.Ordinal))
            {
                fields.Add(Field(line.Trim().Split(' ')));
            }
            else if (!line.StartsWith('#'))
            {
                messages[line] = fields = [];
            }
        }

        return messages.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static MessageField Field(string[] words)
    {
        var type = words[2];
        return new MessageField(
            int.Parse(words[0], CultureInfo.InvariantCulture),
            words[1],
            type.TrimStart('[', ']', '{', '}').TrimEnd('?', '!'),
            type.StartsWith("[]", StringComparison.Ordinal),
            type.StartsWith("{}", StringComparison.Ordinal),
            type[^1] is '?' or '!'
        );
    }
}
