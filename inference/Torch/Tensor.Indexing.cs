namespace GemmaInference.Torch;

/// <content>Picks numbers by others, and orders them.</content>
internal readonly partial struct Tensor
{
    /// <summary>Copies rows along a dimension.</summary>
    public Tensor IndexSelect(int dimension, Tensor index) =>
        Adopt(Dispatcher.Call(Operators.IndexSelect, this, dimension, index));

    /// <summary>Overwrites rows along a dimension.</summary>
    public Tensor IndexCopyInPlace(int dimension, Tensor index, Tensor source)
    {
        Dispatcher.CallInPlace(Operators.IndexCopyInPlace, this, dimension, index, source);
        return this;
    }

    /// <summary>Copies single numbers of a matrix.</summary>
    public unsafe Tensor Index(Tensor rows, Tensor columns)
    {
        var places = stackalloc nint[] { rows.Handle, columns.Handle };
        return Adopt(Dispatcher.Call(Operators.Index, this, Argument.TensorsOrNone(places, 2)));
    }

    /// <summary>Overwrites single numbers of a matrix, or adds to them.</summary>
    public unsafe Tensor IndexPutInPlace(Tensor rows, Tensor columns, Tensor values, bool accumulate = false)
    {
        var places = stackalloc nint[] { rows.Handle, columns.Handle };
        Dispatcher.CallInPlace(Operators.IndexPutInPlace, this, Argument.TensorsOrNone(places, 2), values, accumulate);
        return this;
    }

    /// <summary>Copies numbers along a dimension, others in each row.</summary>
    public Tensor Gather(int dimension, Tensor index) =>
        Adopt(Dispatcher.Call(Operators.Gather, this, dimension, index, false));

    /// <summary>Overwrites with a number what a mask names.</summary>
    public Tensor MaskedFillInPlace(Tensor mask, Tensor number)
    {
        Dispatcher.CallInPlace(Operators.MaskedFillInPlace, this, mask, number);
        return this;
    }

    /// <summary>Finds the place of the largest number in the last dimension, which stays.</summary>
    public Tensor ArgMax() => Adopt(Dispatcher.Call(Operators.ArgMax, this, Argument.Maybe(-1L), true));

    /// <summary>Repeats each number as often as another tensor says.</summary>
    /// <param name="total">How many that makes, so that the device isn't waited for.</param>
    public Tensor RepeatEach(Tensor times, long total) =>
        Adopt(Dispatcher.Call(Operators.RepeatEach, this, times, Argument.Maybe(0L), Argument.Maybe(total)));

    /// <summary>Sorts the last dimension, the largest first; tells where each was.</summary>
    public (Tensor Values, Tensor Places) SortDescending() =>
        Both(Dispatcher.CallForTwo(Operators.Sort, this, -1, true));

    /// <summary>Finds the largest numbers of the last dimension, the largest first, and where they are.</summary>
    public (Tensor Values, Tensor Places) Top(long count) =>
        Both(Dispatcher.CallForTwo(Operators.Top, this, count, -1, true, true));

    private (Tensor Values, Tensor Places) Both((nint First, nint Second) handles) =>
        (Adopt(handles.First), Adopt(handles.Second));
}
