using System.Collections.Immutable;
using GpuScheduler.Kubernetes;
using Prometheus;

namespace GpuScheduler.Server;

/// <summary>The GPUs of the cluster by product. A product that is gone is not reported any more.</summary>
internal sealed class GpuGauges(MetricFactory make)
{
    private const long BytesPerMiB = 1 << 20;

    private readonly Gauge _gpus = make.CreateGauge(
        "gpuscheduler_gpus", "GPUs by state: free, partial (in use, with compute left), full.", "product", "state");

    private readonly Gauge _shared = make.CreateGauge("gpuscheduler_shared_gpus", "GPUs that two or more pods hold.", "product");
    private readonly Gauge _capacity = make.CreateGauge("gpuscheduler_gpu_milli_capacity", "Compute of all GPUs, thousandths of a GPU.", "product");
    private readonly Gauge _allocated = make.CreateGauge("gpuscheduler_gpu_milli_allocated", "Compute that pods hold, thousandths of a GPU.", "product");
    private readonly Gauge _fragmented = make.CreateGauge(
        "gpuscheduler_gpu_milli_fragmented", "Compute left on GPUs in use, which no pod that wants whole GPUs can have, thousandths of a GPU.", "product");

    private readonly Gauge _memoryCapacity = make.CreateGauge("gpuscheduler_gpu_memory_capacity_bytes", "Memory of all GPUs; 0 where it is not known.", "product");
    private readonly Gauge _memoryAllocated = make.CreateGauge("gpuscheduler_gpu_memory_allocated_bytes", "GPU memory that pods hold; 0 where it is not known.", "product");
    private ImmutableArray<string> _products = [];

    /// <summary>Shows these products and no others. One thread at a time.</summary>
    public void Set(ImmutableArray<GpuReading> products)
    {
        foreach (GpuReading gpus in products)
        {
            _gpus.WithLabels(gpus.Product, "free").Set(gpus.Free);
            _gpus.WithLabels(gpus.Product, "partial").Set(gpus.Partial);
            _gpus.WithLabels(gpus.Product, "full").Set(gpus.Full);
            _shared.WithLabels(gpus.Product).Set(gpus.Shared);
            _capacity.WithLabels(gpus.Product).Set(gpus.CapacityMilli);
            _allocated.WithLabels(gpus.Product).Set(gpus.AllocatedMilli);
            _fragmented.WithLabels(gpus.Product).Set(gpus.FragmentedMilli);
            _memoryCapacity.WithLabels(gpus.Product).Set(gpus.CapacityMemoryMiB * BytesPerMiB);
            _memoryAllocated.WithLabels(gpus.Product).Set(gpus.AllocatedMemoryMiB * BytesPerMiB);
        }

        ImmutableArray<string> names = [.. products.Select(p => p.Product)];
        foreach (string gone in _products.Except(names))
        {
            foreach (string state in new[] { "free", "partial", "full" })
            {
                _gpus.RemoveLabelled(gone, state);
            }

            foreach (Gauge gauge in new[] { _shared, _capacity, _allocated, _fragmented, _memoryCapacity, _memoryAllocated })
            {
                gauge.RemoveLabelled(gone);
            }
        }

        _products = names;
    }
}
