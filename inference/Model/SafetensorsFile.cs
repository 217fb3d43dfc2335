using System.Buffers.Binary;
using System.IO.MemoryMappedFiles;
using GemmaInference.Native;

namespace GemmaInference.Model;

/// <summary>Reads a safetensors file, memory-mapped: opening it reads the header only.</summary>
internal sealed unsafe class SafetensorsFile : IDisposable
{
    private readonly MemoryMappedFile _map;
    private readonly MemoryMappedViewAccessor _view;
    private readonly byte* _data;

    /// <exception cref="InferenceException">The file is cut short or its header is wrong.</exception>
    public SafetensorsFile(string path)
    {
        Path = path;
        var (entries, headerEnd) = ReadHeader(path);
        Entries = entries;
        _map = MemoryMappedFile.CreateFromFile(path, FileMode.Open, null, 0, MemoryMappedFileAccess.Read);
        _view = _map.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        _data = start + headerEnd;
    }

    public string Path { get; }

    public IReadOnlyList<TensorEntry> Entries { get; }

    /// <summary>Returns part of a tensor's bytes, valid until disposal.</summary>
    public ReadOnlySpan<byte> Slice(TensorEntry entry, long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, entry.End - entry.Begin);
        return new ReadOnlySpan<byte>(_data + entry.Begin + offset, length);
    }

    public void Dispose()
    {
        _view.SafeMemoryMappedViewHandle.ReleasePointer();
        _view.Dispose();
        _map.Dispose();
    }

    private static (IReadOnlyList<TensorEntry> Entries, long HeaderEnd) ReadHeader(string path)
    {
        using var file = File.OpenRead(path);
        Span<byte> prefix = stackalloc byte[8];
        if (file.ReadAtLeast(prefix, 8, throwOnEndOfStream: false) < 8)
        {
            throw new InferenceException(path, "truncated: shorter than a safetensors prefix");
        }

        if (GitLfs.IsPointer(prefix))
        {
            throw new InferenceException(path, "a git-lfs pointer, not the weights; get them with git lfs pull");
        }

        var length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        if (length > SafetensorsHeader.MaxLength || (long)length > file.Length - 8)
        {
            throw new InferenceException(path, $"truncated: a header of {length} bytes in a file of {file.Length}");
        }

        var json = new byte[length];
        file.ReadExactly(json);
        return (SafetensorsHeader.Parse(json, file.Length - 8 - (long)length, path), 8 + (long)length);
    }
}
