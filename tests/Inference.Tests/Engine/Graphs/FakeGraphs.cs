using GemmaInference.Torch;
using GemmaInference.Torch.Graphs;

namespace Inference.Tests.Engine.Graphs;

/// <summary>
/// Records work as a closure and does it again on the same memory: what CUDA does, but for its speed. As there, work
/// isn't carried out while it is recorded.
/// </summary>
/// <param name="failing">What fails, at which of its calls, from 1 on.</param>
internal sealed class FakeGraphs(string failing = "", int at = 1) : IGraphDevice
{
    private readonly Dictionary<nint, Action> _works = [];
    private nint _next = 1;
    private int _calls;

    public long Launches => 0;

    public int Recorded { get; private set; }

    public int Launched { get; private set; }

    /// <summary>Gets how many graphs were recorded and not freed.</summary>
    public int Held => _works.Count;

    /// <summary>Gets whether operators use the graphs' stream.</summary>
    public bool IsInside { get; private set; }

    public bool IsDisposed { get; private set; }

    public void Enter()
    {
        Assert.That(IsInside, Is.False);
        IsInside = true;
    }

    public void Leave()
    {
        Assert.That(IsInside);
        IsInside = false;
    }

    public nint Capture(Action work)
    {
        Assert.That(IsInside);
        Fail("cudaStreamBeginCapture");
        Fail("capture");
        Fail("cudaStreamEndCapture");
        Fail("cudaGraphInstantiateWithFlags");
        _works.Add(_next, work);
        Recorded++;
        return _next++;
    }

    public void Launch(nint graph)
    {
        Assert.That(IsInside);
        Fail("cudaGraphLaunch");
        Launched++;
        var before = Tensor.Live;
        _works[graph]();
        Assert.That(Tensor.Live, Is.EqualTo(before), "what a graph computes stays within it");
    }

    public void Free(nint graph) => Assert.That(_works.Remove(graph));

    public void Dispose() => IsDisposed = true;

    private void Fail(string step)
    {
        if (step == failing && ++_calls == at)
        {
            throw new GraphException(step, "error 900, operation not permitted");
        }
    }
}
