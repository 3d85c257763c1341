/** The public library: re-exports, nothing else. */
export * from './analysis/analyse.ts';
export * from './analysis/bonding.ts';
export * from './analysis/capacity.ts';
export * from './analysis/characterize.ts';
export * from './analysis/charge.ts';
export * from './analysis/clusters.ts';
export * from './analysis/comparison.ts';
export * from './analysis/composition.ts';
export { type Curve as InstrumentCurve, type Described, described, type Instrument } from './analysis/described.ts';
export * from './analysis/diffusion.ts';
export * from './analysis/dynamics.ts';
export type { EquilibriumCurve, EquilibriumPoint, FilledPore } from './analysis/equilibrium.ts';
export * from './analysis/guests.ts';
export * from './analysis/hull.ts';
export { type InsertionSites, insertionSites } from './analysis/insertion-sites.ts';
export * from './analysis/labels.ts';
export * from './analysis/msd.ts';
export * from './analysis/perfect-stack.ts';
export { findPores, type Pore as VoidPore } from './analysis/pores.ts';
export * from './analysis/porosity.ts';
export * from './analysis/rdf.ts';
export * from './analysis/replicas.ts';
export * from './analysis/residual.ts';
export { countRings, largestRing, type Rings } from './analysis/rings.ts';
export * from './analysis/scattering.ts';
export * from './analysis/seed-errors.ts';
export * from './analysis/sites.ts';
export * from './analysis/surrogate.ts';
export * from './analysis/thermo.ts';
export {
  capillaryVoltage,
  type EstimatePoint,
  estimatedFilling,
  siteFilling,
  type ThermodynamicEstimate,
  thermodynamicEstimate,
} from './analysis/thermodynamic-estimate.ts';
export { fitTrend, type Trend, type TrendPoint } from './analysis/trend.ts';
export * from './analysis/velocity.ts';
export * from './analysis/voltage.ts';
export * from './core/cell.ts';
export * from './core/elements.ts';
export * from './core/errors.ts';
export * from './core/frame.ts';
export * from './core/lattice.ts';
export * from './core/macrostates.ts';
export * from './core/minimum.ts';
export * from './core/neighbors.ts';
export * from './core/random.ts';
export * from './core/statistics.ts';
export * from './core/units.ts';
export * from './engine/cavity.ts';
export * from './engine/chain.ts';
export * from './engine/cooling.ts';
export { type Checkerboard, checkerboardReach } from './engine/domains/checkerboard.ts';
export { createDomainChain, type DomainChain, type DomainOptions } from './engine/domains/domain-chain.ts';
export { independenceReach } from './engine/domains/partition.ts';
export * from './engine/drive.ts';
export * from './engine/dynamics.ts';
export * from './engine/exchange-ladder.ts';
export * from './engine/flat-histogram.ts';
export * from './engine/force-field.ts';
export * from './engine/free-energy.ts';
export * from './engine/gauge-walk.ts';
export * from './engine/gpujs/device.ts';
export * from './engine/gpujs/host-map.ts';
export { type GpuJsHost, gpuJsForces, gpuJsHost } from './engine/gpujs/points.ts';
export * from './engine/gpujs/widom.ts';
export * from './engine/guest-tables.ts';
export * from './engine/host-field.ts';
export { auditHostMap, type HostMapAudit } from './engine/host-map/audit.ts';
export { buildHostMap, type HostMap, type HostMapOptions, type HostMapSize } from './engine/host-map/build.ts';
export * from './engine/metal-film.ts';
export * from './engine/moving-host.ts';
export * from './engine/prepare.ts';
export * from './engine/reference.ts';
export * from './engine/relax.ts';
export * from './engine/replica-exchange.ts';
export * from './engine/reservoir.ts';
export * from './engine/self-test.ts';
export { sheetsAlongZ } from './engine/sheet-stack.ts';
export * from './engine/validity.ts';
export * from './engine/wasm.ts';
export * from './engine/wasm-forces.ts';
export * from './engine/webgpu/box.ts';
export * from './engine/webgpu/chains.ts';
export * from './engine/webgpu/device.ts';
export * from './engine/webgpu/dynamics.ts';
export * from './engine/webgpu/ensemble.ts';
export * from './engine/webgpu/exchange.ts';
export * from './engine/webgpu/force-field.ts';
export * from './engine/zero-volt.ts';
export { version } from './generated/version.ts';
export * from './io/checkpoint.ts';
export * from './io/cif.ts';
export * from './io/extxyz.ts';
export * from './io/extxyz-columns.ts';
export * from './io/h5md.ts';
export * from './io/h5md-read.ts';
export * from './io/lammps-data.ts';
export * from './io/lammps-data-writer.ts';
export * from './io/measured-curve.ts';
export * from './io/nep-file.ts';
export * from './io/pdb.ts';
export * from './io/poscar.ts';
export * from './io/poscar-writer.ts';
export * from './io/setfl.ts';
export * from './io/structure-file.ts';
export * from './io/tersoff-file.ts';
export * from './model/combine.ts';
export * from './model/evaluate.ts';
export * from './model/load.ts';
export * from './model/load-nep.ts';
export * from './model/load-setfl.ts';
export * from './model/load-tersoff.ts';
export * from './model/load-text.ts';
export * from './model/model.ts';
export * from './model/posterior.ts';
export * from './model/table.ts';
export * from './report/characterization-report.ts';
export * from './report/characterization-schema.ts';
export { byProbe, forPeople, type ProbeRow } from './report/characterization-tables.ts';
export * from './report/comparison-report.ts';
export * from './report/dynamics-report.ts';
export * from './report/dynamics-schema.ts';
export * from './report/files.ts';
export * from './report/format.ts';
export { drawSnapshot, type PictureOptions } from './report/picture/compose.ts';
export { encodeGif } from './report/picture/gif.ts';
export { encodeApng, encodePng } from './report/picture/png.ts';
export type { Picture } from './report/picture/shade.ts';
export {
  type Colouring,
  type Cut,
  colourings,
  cuts,
  directionOf,
  faceOn,
  type HostStyle,
  hostStyles,
  type Snapshot,
  type SnapshotLook,
} from './report/picture/snapshot.ts';
export * from './report/picture/svg.ts';
export * from './report/report.ts';
export * from './report/sweep-document.ts';
export * from './report/sweep-report.ts';
export * from './report/sweep-surfaces.ts';
export * from './report/sweep-trends.ts';
export * from './structure/crystal.ts';
export * from './structure/edges.ts';
export * from './structure/hard-carbon.ts';
export * from './structure/recipe.ts';
export * from './study/asked-for.ts';
export { type BackendChoice, type ChoiceOptions, chooseBackend } from './study/backend.ts';
export * from './study/backend-check.ts';
export { type BoxBenchOptions, benchBoxes } from './study/bench-box.ts';
export * from './study/bench-chains.ts';
export * from './study/bench-dynamics.ts';
export * from './study/bench-ensemble.ts';
export * from './study/bench-points.ts';
export * from './study/build-carbon.ts';
export * from './study/charge-rule.ts';
export { checkBox, checkHost, checkStudy, noChains } from './study/check.ts';
export { crystalIn } from './study/crystal-fields.ts';
export * from './study/estimate.ts';
export * from './study/fill.ts';
export * from './study/force-fields.ts';
export * from './study/galvanostatic.ts';
export * from './study/md.ts';
export * from './study/md-check.ts';
export * from './study/md-checkpoint.ts';
export * from './study/md-spec.ts';
export { crystalOf } from './study/md-start.ts';
export * from './study/measured-build.ts';
export * from './study/prepare-host.ts';
export * from './study/recipe-fields.ts';
export * from './study/run-stages.ts';
export type { SavedFile, SavedReplica } from './study/saved.ts';
export * from './study/spec.ts';
export * from './study/stage-spec.ts';
export * from './study/stages.ts';
export * from './study/study.ts';
export * from './study/sweep-fields.ts';
export * from './trajectory/motion.ts';
export * from './trajectory/series.ts';
