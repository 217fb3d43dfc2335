namespace GemmaInference.Torch;

/// <summary>Calls operators by their names. Nothing is allocated on the managed heap.</summary>
internal static unsafe class Dispatcher
{
    /// <summary>
    /// Bounds arguments. Those behind the ones that are given are 0, which means "none", "false" or 0: so an argument
    /// with a default that a later version has added isn't read from where nothing was written.
    /// </summary>
    private const int StackSize = 24;

    /// <summary>Returns the handle of the operator's one result.</summary>
    /// <exception cref="TorchException">It failed, or there is no such operator.</exception>
    public static nint Call(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc ulong[StackSize];
        Run(op, arguments, stack);
        return (nint)stack[0];
    }

    /// <summary>Calls an operator with two results.</summary>
    public static (nint First, nint Second) CallForTwo(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc ulong[StackSize];
        Run(op, arguments, stack);
        return ((nint)stack[0], (nint)stack[1]);
    }

    /// <summary>Calls an operator with several results, of which only the first is wanted.</summary>
    public static nint CallForFirst(Operator op, int results, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc ulong[StackSize];
        Run(op, arguments, stack);
        for (var i = 1; i < results; i++)
        {
            _ = Abi.DeleteTensor((nint)stack[i]);
        }

        return (nint)stack[0];
    }

    /// <summary>Calls an operator that changes its first argument, whose second handle it returns.</summary>
    public static void CallInPlace(Operator op, params ReadOnlySpan<Argument> arguments)
    {
        var stack = stackalloc ulong[StackSize];
        Run(op, arguments, stack);
        _ = Abi.DeleteTensor((nint)stack[0]);
    }

    private static void Run(Operator op, ReadOnlySpan<Argument> arguments, ulong* stack)
    {
        var attempt = default(Attempt);
        int code;
        do
        {
            for (var i = 0; i < arguments.Length; i++)
            {
                stack[i] = arguments[i].Encode();
            }

            new Span<ulong>(stack + arguments.Length, StackSize - arguments.Length).Clear();
            code = Abi.CallDispatcher(op.NameBytes, op.OverloadBytes, stack, Abi.Version);
        } while (attempt.Failed(code, op.Name));
    }
}
