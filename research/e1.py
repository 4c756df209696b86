from ev import *
M={}
for l2 in (0,.1,1,5,20): M[f'hgb20 l2={l2}']=hg(20,l2)
for l2 in (0,1,5): M[f'hgb1 l2={l2}']=hg(1,l2)
for mcw in (0,1): M[f'xgb256 mcw{mcw}']=xg('hist',256,mcw)
for l2 in (0,1,5): M[f'xgbexact l2={l2} mcw0']=xg('exact',256,0,l2)
for l2 in (0,): M[f'xgbexact l2={l2} mcw1']=xg('exact',256,1,l2)
for mb in (512,1024,2048,4096): M[f'xgb{mb} mcw0']=xg('hist',mb,0)
for l2 in (0,1,): 
  for msh in (1e-3,1): M[f'lgb255 20 l2={l2} msh{msh}']=lg(255,20,l2,msh)
for mb in (1023,4095):
  for msl in (1,20): M[f'lgb{mb} msl{msl} l2=1']=lg(mb,msl,1)
R=run(M,[45,66,87,108,115,136,157])
