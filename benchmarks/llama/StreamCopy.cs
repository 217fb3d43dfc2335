using System.Runtime.InteropServices;

namespace Benchmarks.Llama;

/// <summary>Copies memory from one place to another, so large that no cache holds it: what a core can move.</summary>
internal sealed unsafe class StreamCopy : IDisposable
{
    private const nuint Size = 512u << 20;

    private readonly void* _from = NativeMemory.Alloc(Size);
    private readonly void* _to = NativeMemory.Alloc(Size);

    public StreamCopy()
    {
        NativeMemory.Fill(_from, Size, 1);
        NativeMemory.Fill(_to, Size, 2);
    }

    /// <summary>Gets the bytes that a copy reads and writes.</summary>
    public static double Bytes => 2.0 * Size;

    public void Run() => Buffer.MemoryCopy(_from, _to, Size, Size);

    public void Dispose()
    {
        NativeMemory.Free(_from);
        NativeMemory.Free(_to);
    }
}
