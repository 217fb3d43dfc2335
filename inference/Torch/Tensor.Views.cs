namespace GemmaInference.Torch;

/// <content>
/// Looks at the same memory otherwise. Sizes and strides are computed here, because that needs no operator.
/// </content>
internal readonly partial struct Tensor
{
    private bool IsContiguous
    {
        get
        {
            var shape = Shape;
            var strides = Strides;
            var expected = 1L;
            for (var i = shape.Length - 1; i >= 0; i--)
            {
                if (shape[i] != 1 && strides[i] != expected)
                {
                    return false;
                }

                expected *= shape[i];
            }

            return true;
        }
    }

    /// <summary>Views a stretch of a dimension; −1 is the last one, a negative start counts from the end.</summary>
    public Tensor Narrow(int dimension, long start, long length)
    {
        dimension = Wrapped(dimension);
        var size = Shape[dimension];
        start = start < 0 ? start + size : start;
        if (start < 0 || length < 0 || start > size - length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(start),
                $"{length} from {start} are not within a dimension of {size}"
            );
        }

        var (sizes, strides) = (Cell.Sizes, Cell.Strides);
        sizes[dimension] = length;
        return Reinterpreted(Rank, sizes, strides, start * strides[dimension]);
    }

    /// <summary>Views one place of the first dimension, which goes.</summary>
    public Tensor Select(long index)
    {
        var row = Narrow(0, index, 1);
        Dimensions sizes = default,
            strides = default;
        for (var i = 1; i < row.Rank; i++)
        {
            (sizes[i - 1], strides[i - 1]) = (row.Shape[i], row.Strides[i]);
        }

        return row.Reinterpreted(row.Rank - 1, sizes, strides, 0);
    }

    /// <summary>Views it with another shape, of which one size may be −1.</summary>
    /// <exception cref="InvalidOperationException">Its strides don't allow it.</exception>
    public Tensor View(params ReadOnlySpan<long> shape) =>
        TryView(shape, out var view)
            ? view
            : throw new InvalidOperationException("the tensor's strides allow no such view");

    /// <summary>Returns it with another shape, of which one size may be −1; a copy where no view does.</summary>
    public Tensor Reshape(params ReadOnlySpan<long> shape) =>
        TryView(shape, out var view) ? view : Contiguous().View(shape);

    /// <summary>Returns it without gaps; itself where it has none.</summary>
    public Tensor Contiguous() => IsContiguous ? this : Copy();

    /// <summary>Returns a copy without gaps.</summary>
    public Tensor Copy() => Empty(Shape, Type, Device).CopyFrom(this);

    public Tensor Permute(params ReadOnlySpan<int> order)
    {
        Dimensions sizes = default,
            strides = default;
        for (var i = 0; i < order.Length; i++)
        {
            (sizes[i], strides[i]) = (Shape[order[i]], Strides[order[i]]);
        }

        return Reinterpreted(Rank, sizes, strides, 0);
    }

    /// <summary>Views it with its last two dimensions exchanged.</summary>
    public Tensor Transposed()
    {
        var cell = Measured;
        var (sizes, strides, last) = (cell.Sizes, cell.Strides, cell.Rank - 1);
        (sizes[last], sizes[last - 1]) = (sizes[last - 1], sizes[last]);
        (strides[last], strides[last - 1]) = (strides[last - 1], strides[last]);
        return Reinterpreted(cell.Rank, sizes, strides, 0);
    }

    /// <summary>Views it with a dimension of 1 before the given one.</summary>
    public Tensor Unsqueeze(int dimension)
    {
        Dimensions sizes = default,
            strides = default;
        for (int from = 0, to = 0; to <= Rank; to++)
        {
            (sizes[to], strides[to]) = to == dimension ? (1, 1) : (Shape[from], Strides[from++]);
        }

        return Reinterpreted(Rank + 1, sizes, strides, 0);
    }

    /// <summary>Views its dimensions of 1 as long as asked for; others must be so long already.</summary>
    public Tensor Expand(params ReadOnlySpan<long> shape)
    {
        Dimensions sizes = default,
            strides = default;
        var missing = shape.Length - Rank;
        for (var i = 0; i < shape.Length; i++)
        {
            var size = i < missing ? 1 : Shape[i - missing];
            if (size != 1 && size != shape[i])
            {
                throw new ArgumentOutOfRangeException(nameof(shape), $"a dimension of {size} can't be {shape[i]} long");
            }

            (sizes[i], strides[i]) = (shape[i], size == 1 ? 0 : Strides[i - missing]);
        }

        return Reinterpreted(shape.Length, sizes, strides, 0);
    }

    private int Wrapped(int dimension) => dimension < 0 ? dimension + Rank : dimension;

    private bool TryView(ReadOnlySpan<long> wanted, out Tensor view)
    {
        Dimensions sizes = default,
            strides = default;
        var (unknown, known) = (-1, 1L);
        for (var i = 0; i < wanted.Length; i++)
        {
            sizes[i] = wanted[i];
            if (wanted[i] < 0)
            {
                unknown = i;
            }
            else
            {
                known *= wanted[i];
            }
        }

        if (unknown >= 0 && known > 0)
        {
            sizes[unknown] = Count / known;
            known *= sizes[unknown];
        }

        if (known != Count)
        {
            throw new ArgumentException($"{Count} numbers don't fill the shape", nameof(wanted));
        }

        var fits = Restride(sizes[..wanted.Length], strides[..wanted.Length]);
        view = fits ? Reinterpreted(wanted.Length, sizes, strides, 0) : default;
        return fits;
    }

    /// <summary>
    /// Finds strides by which another shape walks the same memory in the same order: from the end, each run of
    /// dimensions without a gap between them must be filled by dimensions of the other shape.
    /// </summary>
    private bool Restride(ReadOnlySpan<long> sizes, Span<long> strides)
    {
        var shape = Shape;
        var own = Strides;
        var target = sizes.Length - 1;
        for (var end = shape.Length - 1; end >= 0; )
        {
            var (start, run) = (end, shape[end]);
            while (start > 0 && (shape[start - 1] == 1 || own[start - 1] == run * own[end]))
            {
                run *= shape[--start];
            }

            var filled = 1L;
            while (target >= 0 && (filled < run || sizes[target] == 1))
            {
                strides[target] = filled * own[end];
                filled *= sizes[target--];
            }

            if (filled != run)
            {
                return false;
            }

            end = start - 1;
        }

        strides[..(target + 1)].Fill(1);
        return true;
    }

    private unsafe Tensor Reinterpreted(int rank, Dimensions sizes, Dimensions strides, long skipped)
    {
        nint result;
        var attempt = default(Attempt);
        while (
            attempt.Failed(
                Abi.Reinterpret(Handle, rank, (long*)&sizes, (long*)&strides, skipped, &result),
                "aten::as_strided"
            )
        ) { }

        var tensor = Arena.Current.Adopt(result, Device);
        tensor._cell!.Know(sizes[..rank], strides);
        return tensor;
    }
}
