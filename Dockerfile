# The scheduler as a container: docker build -t gpuscheduler:0.1.0 .
# No shell, no package manager, no root. For several architectures: docker buildx build --platform linux/amd64,linux/arm64 .
FROM --platform=$BUILDPLATFORM mcr.microsoft.com/dotnet/sdk:10.0-noble AS build
ARG TARGETARCH
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.nuget/packages \
    dotnet publish src/GpuScheduler.Cli -c Release -a "$TARGETARCH" --self-contained false -p:PublishReadyToRun=true -p:DebugType=none -o /app

FROM mcr.microsoft.com/dotnet/aspnet:10.0-noble-chiseled
WORKDIR /app
COPY --from=build /app /src/LICENSE ./
# The runtime's diagnostic socket would need a file system that can be written to.
ENV DOTNET_EnableDiagnostics=0
# Less memory: a first generation of 16 MiB (hexadecimal here), and compaction before the heap has many holes (docs/benchmarks.md, "Memory of a watched cluster").
ENV DOTNET_GCgen0size=1000000 DOTNET_GCConserveMemory=6
# Health and metrics. The debug port (10261) is for this container alone.
EXPOSE 10251
USER $APP_UID
ENTRYPOINT ["/app/gpusched"]
