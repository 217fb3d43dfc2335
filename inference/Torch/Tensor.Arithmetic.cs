namespace GemmaInference.Torch;

/// <content>Computes. A name in the past tense or of an action on itself changes the tensor it is called on.</content>
internal readonly partial struct Tensor
{
    /// <summary>Joins tensors along a dimension.</summary>
    public static unsafe Tensor Concatenate(int dimension, params ReadOnlySpan<Tensor> tensors)
    {
        Span<nint> handles = tensors.Length <= 64 ? stackalloc nint[tensors.Length] : new nint[tensors.Length];
        for (var i = 0; i < tensors.Length; i++)
        {
            handles[i] = tensors[i].Handle;
        }

        nint result;
        fixed (nint* first = handles)
        {
            var attempt = default(Attempt);
            while (
                attempt.Failed(tensors[0].Functions.Concatenate(first, handles.Length, dimension, &result), "aten::cat")
            ) { }
        }

        return tensors[0].Adopt(result);
    }

    public unsafe Tensor Add(Tensor other)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Functions.Add(Handle, other.Handle, 1, &result), "aten::add.Tensor")) { }

        return Adopt(result);
    }

    public unsafe Tensor Add(double number)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Functions.AddNumber(Handle, number, 1, &result), "aten::add.Scalar")) { }

        return Adopt(result);
    }

    public unsafe Tensor Subtract(Tensor other)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Abi.Subtract(Handle, other.Handle, 1, &result), "aten::sub.Tensor")) { }

        return Adopt(result);
    }

    public unsafe Tensor Multiply(Tensor other)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Functions.Multiply(Handle, other.Handle, &result), "aten::mul.Tensor")) { }

        return Adopt(result);
    }

    public unsafe Tensor Multiply(double number)
    {
        nint result;
        var attempt = default(Attempt);
        while (attempt.Failed(Functions.MultiplyNumber(Handle, number, &result), "aten::mul.Scalar")) { }

        return Adopt(result);
    }

    public Tensor MultiplyInPlace(Tensor other)
    {
        Dispatcher.CallInPlace(Operators.MultiplyInPlace, this, other);
        return this;
    }

    public Tensor Divide(Tensor other) => Adopt(Dispatcher.Call(Operators.Divide, this, other));

    public Tensor DivideInPlace(Tensor other)
    {
        Dispatcher.CallInPlace(Operators.DivideInPlace, this, other);
        return this;
    }

    /// <summary>Multiplies [rows, columns] with a matrix of [outputs, columns].</summary>
    public unsafe Tensor Linear(Tensor weight)
    {
        var result = Empty([Size(0), weight.Size(0)], Type, Device);
        using var turned = weight.Transposed();
        var attempt = default(Attempt);
        while (attempt.Failed(Functions.MatrixProduct(result.Handle, Handle, turned.Handle), "aten::mm.out")) { }

        return result;
    }

    /// <summary>
    /// Multiplies [rows, columns] with a matrix of [outputs, columns] of whole numbers from −127 to 127.
    /// </summary>
    /// <param name="scales">What each output is multiplied with, of this tensor's type.</param>
    public Tensor LinearInt8(Tensor weight, Tensor scales) =>
        Adopt(Dispatcher.Call(Operators.LinearInt8, this, weight, scales));

    /// <summary>Multiplies [rows, columns] with a matrix that <see cref="PackInt4"/> made.</summary>
    /// <param name="group">Columns that share a scale.</param>
    /// <param name="scales">[columns ÷ group, outputs, 2]: scale, and what 8 stands for; of this tensor's type.</param>
    public Tensor LinearInt4(Tensor weight, long group, Tensor scales) =>
        Adopt(
            Dispatcher.Call(
                Device == Device.Cuda ? Operators.LinearInt4 : Operators.LinearInt4OnCpu,
                this,
                weight,
                group,
                scales
            )
        );

    /// <summary>
    /// Lays a matrix of whole numbers from 0 to 15 out as the device's product wants it: on a CPU each is an Int32, on
    /// a GPU two share a byte, the first one in its upper half.
    /// </summary>
    public Tensor PackInt4() =>
        Adopt(Dispatcher.Call(Device == Device.Cuda ? Operators.PackInt4 : Operators.PackInt4OnCpu, this, 8));

    /// <summary>Multiplies the matrices in the last two dimensions.</summary>
    public Tensor MatrixProduct(Tensor other) => Adopt(Dispatcher.Call(Operators.MatrixProduct, this, other));

    /// <summary>Computes x ÷ √(mean(x²) + ε) · weight over the last dimension.</summary>
    /// <param name="weight">Of its own type, or null for none.</param>
    public unsafe Tensor RmsNorm(Tensor? weight, double epsilon)
    {
        nint scale = weight?.Handle ?? 0,
            normed,
            deviation;
        var size = Size(-1);
        var attempt = default(Attempt);
        while (
            attempt.Failed(
                Functions.RmsNorm(Handle, &size, 1, weight is null ? null : &scale, &epsilon, &normed, &deviation),
                "aten::_fused_rms_norm"
            )
        ) { }

        // Only training needs the deviation.
        _ = Abi.DeleteTensor(deviation);
        return Adopt(normed);
    }

    /// <summary>Computes attention of [batch, heads, rows, size] over keys and values.</summary>
    /// <param name="mask">Added to the scores; null for none.</param>
    /// <param name="scale">What scores are multiplied with; null for size^−½.</param>
    public Tensor Attention(Tensor keys, Tensor values, Tensor? mask, double? scale) =>
        Adopt(
            Dispatcher.Call(
                Operators.Attention,
                this,
                keys,
                values,
                Argument.Maybe(mask),
                0.0,
                false,
                scale is { } factor ? Argument.Maybe(factor) : Argument.None,
                false
            )
        );

    /// <summary>Computes the Gaussian error unit by its approximation with tanh.</summary>
    public Tensor GeluTanh() => Adopt(Dispatcher.Call(Operators.Gelu, this, Argument.Text("tanh"u8)));

    public Tensor TanhInPlace()
    {
        Dispatcher.CallInPlace(Operators.TanhInPlace, this);
        return this;
    }

    public Tensor Cos() => Adopt(Dispatcher.Call(Operators.Cos, this));

    public Tensor Sin() => Adopt(Dispatcher.Call(Operators.Sin, this));

    public Tensor Reciprocal() => Adopt(Dispatcher.Call(Operators.Reciprocal, this));

    public Tensor Power(Tensor exponent) => Adopt(Dispatcher.Call(Operators.Power, this, exponent));

    public Tensor Minimum(Tensor other) => Adopt(Dispatcher.Call(Operators.Minimum, this, other));

    /// <summary>Computes over the last dimension.</summary>
    public Tensor Softmax() => Adopt(Dispatcher.Call(Operators.Softmax, this, -1, Argument.None));

    /// <summary>Computes over the last dimension.</summary>
    public Tensor LogSoftmax() => Adopt(Dispatcher.Call(Operators.LogSoftmax, this, -1, Argument.None));

    /// <summary>Adds up the last dimension, one after the other.</summary>
    public Tensor CumulatedSum() => Adopt(Dispatcher.Call(Operators.CumulatedSum, this, -1, Argument.None));

    /// <summary>Adds up the last dimension, which stays, with one place; of truths it counts.</summary>
    public Tensor Sum() => Adopt(Dispatcher.Call(Operators.Sum, this, Argument.MaybeOneInt(-1), true, Argument.None));

    public Tensor Greater(Tensor other) => Adopt(Dispatcher.Call(Operators.Greater, this, other));

    public Tensor GreaterOrEqual(Tensor other) => Adopt(Dispatcher.Call(Operators.GreaterOrEqual, this, other));

    public Tensor Less(Tensor other) => Adopt(Dispatcher.Call(Operators.Less, this, other));

    public Tensor LessOrEqual(Tensor other) => Adopt(Dispatcher.Call(Operators.LessOrEqual, this, other));

    public Tensor Equal(Tensor other) => Adopt(Dispatcher.Call(Operators.Equal, this, other));

    public Tensor And(Tensor other) => Adopt(Dispatcher.Call(Operators.LogicalAnd, this, other));

    public Tensor Or(Tensor other) => Adopt(Dispatcher.Call(Operators.LogicalOr, this, other));

    /// <summary>Takes from this where a condition holds, elsewhere from another.</summary>
    public Tensor Where(Tensor condition, Tensor other) =>
        Adopt(Dispatcher.Call(Operators.Where, condition, this, other));

    private Tensor Adopt(nint handle) => Arena.Current.Adopt(handle, Device);
}
