using System.Text.Json;
using GemmaInference.Native;

namespace GemmaInference.Model;

/// <summary>
/// Parses a safetensors header: eight bytes of little-endian length, then JSON (format: the safetensors README).
/// The data must be covered exactly: no gap, no overlap, nothing after it.
/// </summary>
internal static class SafetensorsHeader
{
    /// <summary>Bounds the header, in bytes, as the format does.</summary>
    public const long MaxLength = 100_000_000;

    /// <param name="json">The header's JSON.</param>
    /// <param name="dataLength">Bytes in the file after the header.</param>
    /// <param name="path">The file's name, for messages.</param>
    /// <exception cref="InferenceException">The header contradicts itself or the file's length.</exception>
    public static IReadOnlyList<TensorEntry> Parse(ReadOnlyMemory<byte> json, long dataLength, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var entries = document
                .RootElement.EnumerateObject()
                .Where(property => property.Name != "__metadata__")
                .Select(property => Entry(property.Name, property.Value, path))
                .OrderBy(entry => entry.Begin)
                .ThenBy(entry => entry.End)
                .ToList();
            Cover(entries, dataLength, path);
            return entries;
        }
        catch (Exception cause)
            when (cause is JsonException or InvalidOperationException or FormatException or KeyNotFoundException)
        {
            throw new InferenceException(path, $"its header is malformed: {cause.Message}", cause);
        }
    }

    private static TensorEntry Entry(string name, JsonElement value, string path)
    {
        var type = value.GetProperty("dtype").GetString()!;
        var shape = value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).ToArray();
        var offsets = value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt64()).ToArray();
        if (offsets.Length != 2 || offsets[0] < 0 || offsets[1] < offsets[0] || shape.Any(size => size < 0))
        {
            throw new InferenceException($"{path}: {name}", "its offsets or shape are impossible");
        }

        var entry = new TensorEntry(name, type, shape, offsets[0], offsets[1]);
        if (entry.ElementSize is not { } element)
        {
            return entry;
        }

        Int128 expected = element;
        foreach (var size in shape)
        {
            expected *= size;
            if (expected > long.MaxValue)
            {
                throw new InferenceException($"{path}: {name}", "its shape is impossibly large");
            }
        }

        return expected == entry.End - entry.Begin
            ? entry
            : throw new InferenceException(
                $"{path}: {name}",
                $"{entry.End - entry.Begin} bytes for {type} [{string.Join(", ", shape)}], expected {expected}"
            );
    }

    private static void Cover(List<TensorEntry> entries, long dataLength, string path)
    {
        long at = 0;
        foreach (var entry in entries)
        {
            if (entry.Begin < at)
            {
                throw new InferenceException($"{path}: {entry.Name}", "overlaps the tensor before it");
            }

            if (entry.Begin > at)
            {
                throw new InferenceException(
                    $"{path}: {entry.Name}",
                    $"{entry.Begin - at} bytes before it belong to nobody"
                );
            }

            at = entry.End;
        }

        if (at > dataLength)
        {
            throw new InferenceException(path, $"truncated: {at - dataLength} bytes are missing");
        }

        if (at < dataLength)
        {
            throw new InferenceException(path, $"{dataLength - at} bytes after the last tensor belong to nobody");
        }
    }
}
