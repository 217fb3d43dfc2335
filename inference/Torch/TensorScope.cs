namespace GemmaInference.Torch;

/// <summary>
/// Frees at its end the tensors that were made in it on this thread, but for those that are kept. The compiler keeps it
/// on the stack; a tensor that is used after its scope is noticed when it is used.
/// </summary>
internal readonly ref struct TensorScope : IDisposable
{
    private readonly Arena _arena;
    private readonly int _start;

    private TensorScope(Arena arena) => (_arena, _start) = (arena, arena.Open());

    public static TensorScope Open() => new(Arena.Current);

    /// <summary>
    /// Hands a tensor to the scope around this one, or to the caller where there is none, once this one ends. One that
    /// wasn't made in this scope stays where it is.
    /// </summary>
    public Tensor Keep(Tensor tensor)
    {
        var cell = tensor.Cell;
        cell.IsKept |= cell.Home == _arena && cell.Place >= _start;
        return tensor;
    }

    public void Dispose() => _arena.Close(_start);
}
