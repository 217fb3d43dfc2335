namespace Operator.Tests.Runtime.Gadgets;

/// <param name="Size">Copied to the child and the status.</param>
internal sealed record GadgetSpec(int Size);
