using System.Text.Json;
using GemmaInference.Native;
using GemmaInference.Torch;

namespace GemmaInference.Model;

/// <summary>
/// Reads all tensors of a model directory, whole (<c>model.safetensors</c>) or sharded (its index file).
/// </summary>
internal sealed class Checkpoint : IDisposable
{
    private const string IndexName = "model.safetensors.index.json";
    private const string TextModel = "model.";
    private static readonly string[] Prefixes = ["", "language_model.", "model.language_model."];
    private readonly List<SafetensorsFile> _files = [];

    private readonly Dictionary<string, (SafetensorsFile File, TensorEntry Entry)> _tensors = new(
        StringComparer.Ordinal
    );

    private Checkpoint(string directory) => Directory = directory;

    public string Directory { get; }

    /// <exception cref="InferenceException">
    /// A shard is missing or malformed, or two shards hold the same tensor.
    /// </exception>
    public static Checkpoint Open(string directory)
    {
        var checkpoint = new Checkpoint(directory);
        try
        {
            foreach (var path in Shards(directory))
            {
                checkpoint.Add(path);
            }

            return checkpoint;
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    public bool Contains(string name) => Resolve(name) is not null;

    /// <summary>Copies a tensor to the device in the wanted type.</summary>
    /// <param name="name">
    /// The text model's own name; the prefixes of multimodal checkpoints are found by themselves.
    /// </param>
    /// <param name="shape">The shape that the configuration demands.</param>
    /// <exception cref="InferenceException">The tensor is missing or shaped otherwise.</exception>
    public Tensor Read(string name, ReadOnlySpan<long> shape, ScalarType type, Device device)
    {
        if (Resolve(name) is not { } found)
        {
            throw new InferenceException($"{Directory}: {name}", "no file of the checkpoint holds this tensor");
        }

        var (file, entry) = found;
        if (!entry.IsFloating)
        {
            throw new InferenceException(
                $"{file.Path}: {entry.Name}",
                $"type {entry.DataType} is not supported; weights must be F32, F16 or BF16"
            );
        }

        if (!shape.SequenceEqual(entry.Shape.ToArray()))
        {
            throw new InferenceException(
                $"{file.Path}: {entry.Name}",
                $"shape [{string.Join(", ", entry.Shape)}] contradicts config.json, which makes it "
                    + $"[{string.Join(", ", shape.ToArray())}]"
            );
        }

        using var scope = TensorScope.Open();
        return scope.Keep(Copy(file, entry).To(type, device));
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    private static Tensor Copy(SafetensorsFile file, TensorEntry entry)
    {
        var stored = entry.DataType switch
        {
            "F32" => ScalarType.Float32,
            "F16" => ScalarType.Float16,
            _ => ScalarType.BFloat16,
        };
        var tensor = Tensor.Empty([.. entry.Shape], stored, Device.Cpu);
        // A span holds 2 GiB at most and an embedding may be larger, so copy by ranges of elements.
        var flat = tensor.View(-1);
        const long Chunk = 1 << 26;
        for (long at = 0, count = flat.Count; at < count; at += Chunk)
        {
            using var part = flat.Narrow(0, at, Math.Min(Chunk, count - at));
            var bytes = part.Bytes();
            file.Slice(entry, at * entry.ElementSize!.Value, bytes.Length).CopyTo(bytes);
        }

        return tensor;
    }

    private static IEnumerable<string> Shards(string directory)
    {
        var single = Path.Combine(directory, "model.safetensors");
        var index = Path.Combine(directory, IndexName);
        if (!File.Exists(index))
        {
            return File.Exists(single)
                ? [single]
                : throw new InferenceException(
                    directory,
                    $"neither model.safetensors nor {IndexName} is here{OtherKind(directory)}"
                );
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(index));
            var names = document
                .RootElement.GetProperty("weight_map")
                .EnumerateObject()
                .Select(property => property.Value.GetString()!)
                .Distinct()
                .Order(StringComparer.Ordinal)
                .ToList();
            if (names.FirstOrDefault(name => name != Path.GetFileName(name)) is { } outside)
            {
                throw new InferenceException(index, $"shard '{outside}' lies outside the directory");
            }

            if (names.FirstOrDefault(name => !File.Exists(Path.Combine(directory, name))) is { } missing)
            {
                throw new InferenceException(index, $"shard '{missing}' is missing");
            }

            return names.Select(name => Path.Combine(directory, name));
        }
        catch (Exception cause) when (cause is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InferenceException(index, $"malformed: {cause.Message}", cause);
        }
    }

    /// <summary>Names what is there instead, where that says what was meant.</summary>
    private static string OtherKind(string directory)
    {
        string[] kinds = ["adapter_config.json", "*.gguf", "pytorch_model*.bin", "*.pt", "*.ckpt", "*.safetensors"];
        var found = kinds
            .SelectMany(kind => System.IO.Directory.EnumerateFiles(directory, kind).Take(1))
            .FirstOrDefault();
        return found is null ? ""
            : Path.GetFileName(found) == "adapter_config.json" ? "; it is an adapter: merge it into its model"
            : $", only such as {Path.GetFileName(found)}";
    }

    private void Add(string path)
    {
        var file = new SafetensorsFile(path);
        _files.Add(file);
        foreach (var entry in file.Entries)
        {
            if (!_tensors.TryAdd(entry.Name, (file, entry)))
            {
                throw new InferenceException($"{path}: {entry.Name}", $"also in {_tensors[entry.Name].File.Path}");
            }
        }
    }

    private (SafetensorsFile File, TensorEntry Entry)? Resolve(string name)
    {
        foreach (var prefix in Prefixes)
        {
            // Newer multimodal files hold "model.language_model.x" where text-only ones hold "model.x".
            var candidate =
                prefix == "model.language_model." && name.StartsWith(TextModel, StringComparison.Ordinal)
                    ? prefix + name[TextModel.Length..]
                    : prefix + name;
            if (_tensors.TryGetValue(candidate, out var found))
            {
                return found;
            }
        }

        // The text model alone, as Gemma3TextModel and its like save it.
        return
            name.StartsWith(TextModel, StringComparison.Ordinal)
            && _tensors.TryGetValue(name[TextModel.Length..], out var bare)
            ? bare
            : null;
    }
}
