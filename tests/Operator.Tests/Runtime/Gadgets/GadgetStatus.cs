namespace Operator.Tests.Runtime.Gadgets;

/// <param name="ObservedGeneration">Generation it speaks of.</param>
/// <param name="Size">Size of the child.</param>
internal sealed record GadgetStatus(long? ObservedGeneration, int Size);
